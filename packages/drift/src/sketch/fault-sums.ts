import { slotsOf } from '@driftloop/spec';
import {
  type FaultLayout,
  faultShapeOf,
  LAGS_OF_A_SIGN,
  LAGS_PER_OCTAVE,
} from '../layout/fault-layout.ts';
import type { FeatureLayout } from '../layout/input-layout.ts';
import { LOG_BITS, logMagnitude } from './log-magnitude.ts';
import { rowHash } from './row-hash.ts';

/** Counts of rows by which faults of the pipeline are told; see FaultLayout. */
export interface FaultSums {
  /** @param lagMs the record's timestamp less its event time */
  add(features: Float32Array, offset: number, texts: readonly string[], lagMs: number): void;
  /** The entries in the order of `faultShapeOf`. */
  vector(): Float64Array;
}

/** Prepares the counts of a layout; the function returned creates empty ones. */
export function faultSums(layout: FaultLayout, features: readonly FeatureLayout[]): () => FaultSums {
  const shape = faultShapeOf(layout, features, 0);
  const { starts } = slotsOf(features);
  const isText = textSlots(features);
  const numeric = features.flatMap((feature, i) => (feature.kind === 'numeric' ? [{ ...feature, i }] : []));
  const slots = Int32Array.from(numeric, ({ i }) => starts[i] ?? 0);
  const first = Int32Array.from(numeric, ({ i }) => shape.magnitudes[i] ?? 0);
  const low = Float64Array.from(numeric, ({ edges }) => edges[0] ?? Number.NEGATIVE_INFINITY);
  // The value itself lies above all of the reference.
  const high = Float64Array.from(numeric, ({ edges }) => edges.at(-1) ?? Number.POSITIVE_INFINITY);
  return () => {
    const sums = new Float64Array(shape.end);
    return {
      // biome-ignore-start lint/style/noNonNullAssertion: indices are below the shape's, and this is a hot loop
      add(row, offset, texts, lagMs) {
        sums[rowHash(row, offset, texts, isText) % layout.rowBins]!++;
        sums[shape.lags + lagBinOf(lagMs)]!++;
        for (let i = 0; i < slots.length; i++) {
          const value = row[offset + slots[i]!]!;
          if (!Number.isFinite(value)) continue;
          const side = value < low[i]! || value >= high[i]! ? 1 : 0;
          const at = first[i]!;
          if (value === 0) {
            sums[at + 4 + side]!++;
            continue;
          }
          const log = logMagnitude(value);
          sums[at + 2 * side]! += log;
          sums[at + 2 * side + 1]! += log * log;
        }
      },
      // biome-ignore-end lint/style/noNonNullAssertion: see above
      vector: () => sums,
    };
  };
}

/** The bin of a lag. */
function lagBinOf(lagMs: number): number {
  const octaves = logMagnitude(1 + Math.abs(lagMs) / 1000) / (1 << LOG_BITS);
  const size = Math.min(LAGS_OF_A_SIGN, Math.floor(LAGS_PER_OCTAVE * octaves));
  return LAGS_OF_A_SIGN + (lagMs < 0 ? -size : size);
}

/** Per slot of a row whether it holds the place of a text. */
export function textSlots(features: readonly FeatureLayout[]): Uint8Array {
  const { width, texts, starts } = slotsOf(features);
  const isText = new Uint8Array(width);
  for (const feature of texts) isText[starts[feature] ?? 0] = 1;
  return isText;
}
