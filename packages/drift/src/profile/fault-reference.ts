import type { FeatureLayout } from '../layout/input-layout.ts';
import { edgesBelow } from '../sketch/edges-below.ts';
import { LOG_BITS, logMagnitude } from '../sketch/log-magnitude.ts';
import { rowHashes } from '../sketch/row-hash.ts';
import type { Block } from './dispersion.ts';
import type { FeatureReference, Magnitudes } from './reference-profile.ts';

/**
 * How large the numbers of a feature are in its column of the reference; nothing of other kinds.
 */
export function magnitudeReference(
  layout: FeatureLayout,
  column: Float32Array,
): Pick<FeatureReference, 'magnitude'> {
  if (layout.kind !== 'numeric') return {};
  const edges = Float32Array.from(layout.edges);
  const all = newSums();
  const bins = Array.from({ length: edges.length + 1 }, newSums);
  for (const value of column) {
    if (!Number.isFinite(value)) continue;
    addTo(all, value);
    addTo(bins[edgesBelow(edges, value)] as Sums, value);
  }
  bins.forEach((sums, bin) => {
    // Of a bin without rows its middle is known.
    if (sums.count + sums.zeros === 0) addTo(sums, middleOf(layout.edges, bin));
  });
  return { magnitude: { ...magnitudesOf(all), bins: bins.map(magnitudesOf) } };
}

interface Sums {
  count: number;
  zeros: number;
  sum: number;
  squares: number;
}

function newSums(): Sums {
  return { count: 0, zeros: 0, sum: 0, squares: 0 };
}

function addTo(sums: Sums, value: number): void {
  if (value === 0) {
    sums.zeros++;
    return;
  }
  const log = logMagnitude(value) / 2 ** LOG_BITS;
  sums.count++;
  sums.sum += log;
  sums.squares += log * log;
}

function middleOf(edges: readonly number[], bin: number): number {
  const [low, high] = [edges[bin - 1], edges[bin]];
  return low === undefined || high === undefined ? (low ?? high ?? 0) : low / 2 + high / 2;
}

function magnitudesOf({ count, zeros, sum, squares }: Sums): Magnitudes {
  const mean = count > 0 ? sum / count : 0;
  const std = count > 0 ? Math.sqrt(Math.max(0, squares / count - mean * mean)) : 0;
  return { mean: short(mean), std: short(std), zeros: count + zeros > 0 ? zeros / (count + zeros) : 0 };
}

/** In 1,024ths, which a profile holds in few letters, and which are the same in units of 2^n. */
function short(value: number): number {
  return Math.round(value * 1024) / 1024;
}

/**
 * Probability that two different rows of a reference are the same, or two of a block where that is
 * more: neighbours may be alike. 0 for fewer than two.
 *
 * @param measured rows × features
 */
export function sameRows(
  features: readonly FeatureLayout[],
  measured: Float32Array,
  blocks: readonly Block[],
): number {
  const hashes = rowHashes(features, measured);
  const parts = [{ from: 0, to: hashes.length }, ...blocks];
  return Math.max(...parts.map(({ from, to }) => samePairs(hashes.subarray(from, to))));
}

/** Share of the pairs that are the same. */
function samePairs(hashes: Int32Array): number {
  const counts = new Map<number, number>();
  let pairs = 0;
  for (const hash of hashes) {
    const before = counts.get(hash) ?? 0;
    pairs += before;
    counts.set(hash, before + 1);
  }
  return hashes.length < 2 ? 0 : (2 * pairs) / (hashes.length * (hashes.length - 1));
}
