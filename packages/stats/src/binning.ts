import { DriftloopError } from '@driftloop/errors';
import { type PairedCounts, sortedSample } from './paired-counts.ts';
import { quantileOfSorted } from './quantiles.ts';

/** Counts of two samples over the same bins. */
export interface BinnedPair {
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/**
 * Inner edges of bins that hold about the same share of the reference each: the k-quantiles,
 * without repeats and without the two ends. Bins are [a, b), the outer ones open.
 *
 * Quantiles alone lose what a point mass does: a constant reference has no inner edge, and any
 * change goes unseen. So a value with at least 1/k of the reference gets a bin of its own, and
 * leaving it to either side is seen.
 *
 * @param pointMasses `own-bin`, or `ignore` for the quantiles alone. @default 'own-bin'
 * @throws DATA_INVALID if the reference is empty or not finite, or `bins` is not a positive
 *   integer.
 */
export function equalFrequencyEdges(
  reference: ArrayLike<number>,
  bins: number,
  pointMasses: 'own-bin' | 'ignore' = 'own-bin',
): Float64Array {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new DriftloopError('DATA_INVALID', `The number of bins must be a positive integer, not ${bins}.`);
  }
  const sorted = sortedSample(reference, 'reference');
  const step = 1 / bins;
  const edges = new Set<number>();
  for (let i = 0; i <= bins; i++) edges.add(quantileOfSorted(sorted, i === bins ? 1 : i * step));
  const inner = new Set([...edges].slice(1, -1));
  if (pointMasses === 'own-bin') {
    for (const value of pointMassesOf(sorted, sorted.length / bins)) {
      inner.add(value);
      inner.add(nextAbove(value));
    }
  }
  return Float64Array.from(inner).sort();
}

/**
 * Counts a pair over bins [a, b) given by their inner edges; the outer bins are open.
 *
 * @param innerEdges Ascending.
 */
export function binByEdges(pair: PairedCounts, innerEdges: ArrayLike<number>): BinnedPair {
  const reference = new Float64Array(innerEdges.length + 1);
  const current = new Float64Array(innerEdges.length + 1);
  let bin = 0;
  for (let i = 0; i < pair.values.length; i++) {
    const value = pair.values[i] ?? 0;
    while (bin < innerEdges.length && value >= (innerEdges[bin] ?? 0)) bin++;
    reference[bin] = (reference[bin] ?? 0) + (pair.reference[i] ?? 0);
    current[bin] = (current[bin] ?? 0) + (pair.current[i] ?? 0);
  }
  return { reference, current };
}

/**
 * The bins that evidently uses for numbers: bins of equal width over the range of both samples,
 * their number by Sturges' rule (numpy.histogram_bin_edges(…, 'sturges')), when the reference has
 * more than 20 distinct values; otherwise a bin per value.
 */
export function equalWidthBins(pair: PairedCounts): BinnedPair {
  let distinct = 0;
  for (let i = 0; i < pair.reference.length; i++) if ((pair.reference[i] ?? 0) > 0) distinct++;
  if (distinct <= 20) return { reference: pair.reference.slice(), current: pair.current.slice() };
  return sturgesBins(pair, pair.referenceTotal + pair.currentTotal);
}

/**
 * Bins of equal width over the range of both samples, ⌈log₂ n + 1⌉ of them (Sturges 1926).
 *
 * @param n The number to take the logarithm of: the rows, or, as evidently does for the Hellinger
 *   distance of numbers, the distinct values (`pair.values.length`).
 */
export function sturgesBins(pair: PairedCounts, n: number): BinnedPair {
  const first = pair.values[0] ?? 0;
  const last = pair.values[pair.values.length - 1] ?? 0;
  const width = (last - first) / (Math.log2(n) + 1);
  const bins = width > 0 ? Math.ceil((last - first) / width) : 1;
  const step = (last - first) / bins;
  // The last bin is closed, so the largest value needs no edge of its own.
  return binByEdges(
    pair,
    Array.from({ length: bins - 1 }, (_, i) => (i + 1) * step + first),
  );
}

/** Values that occur at least `count` times in an ascending sample. */
function pointMassesOf(sorted: Float64Array, count: number): number[] {
  const masses: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    // A value that occurs once is no point mass, however small the sample.
    if (end - start >= count && end - start > 1) masses.push(sorted[start] ?? 0);
    start = end;
  }
  return masses;
}

/** The smallest double above a finite x. */
function nextAbove(x: number): number {
  const float = new Float64Array([x === 0 ? 0 : x]);
  const bits = new BigInt64Array(float.buffer);
  bits[0] = (bits[0] ?? 0n) + (x < 0 ? -1n : 1n);
  return float[0] ?? x;
}
