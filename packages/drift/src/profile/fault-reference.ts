import type { LabelledRows } from '@driftloop/spec';
import type { FeatureLayout } from '../layout/input-layout.ts';
import { textSlots } from '../sketch/fault-sums.ts';
import { LOG_BITS, logMagnitude } from '../sketch/log-magnitude.ts';
import { rowHash } from '../sketch/row-hash.ts';
import type { FeatureReference } from './reference-profile.ts';

/**
 * How large the numbers of a feature are in its column of the reference; nothing of other kinds.
 */
export function magnitudeReference(
  { kind }: FeatureLayout,
  column: Float32Array,
): Pick<FeatureReference, 'magnitude'> {
  if (kind !== 'numeric') return {};
  let count = 0;
  let zeros = 0;
  let sum = 0;
  let squares = 0;
  for (const value of column) {
    if (!Number.isFinite(value)) continue;
    if (value === 0) zeros++;
    else {
      const log = logMagnitude(value) / (1 << LOG_BITS);
      count++;
      sum += log;
      squares += log * log;
    }
  }
  const mean = count > 0 ? sum / count : 0;
  const std = count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0;
  return { magnitude: { mean, std, zeros: count + zeros > 0 ? zeros / (count + zeros) : 0 } };
}

/** Probability that two different rows of a reference are the same; 0 for fewer than two. */
export function sameRows(
  features: readonly FeatureLayout[],
  data: Pick<LabelledRows, 'rows' | 'width' | 'features' | 'texts'>,
): number {
  if (data.rows < 2) return 0;
  const isText = textSlots(features);
  const counts = new Map<number, number>();
  let pairs = 0;
  for (let row = 0; row < data.rows; row++) {
    const hash = rowHash(data.features, row * data.width, data.texts ?? [], isText);
    const before = counts.get(hash) ?? 0;
    pairs += before;
    counts.set(hash, before + 1);
  }
  return (2 * pairs) / (data.rows * (data.rows - 1));
}
