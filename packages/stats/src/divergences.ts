import { DriftloopError } from '@driftloop/errors';
import { checkedCounts, total } from './paired-counts.ts';

/**
 * What stands for the share of an empty bin, whose logarithm would be infinite: a number, or
 * evidently's rule (0.0001, or a millionth of the smallest share above 0 if that is at most
 * 0.0001). Shares are not scaled back to a sum of 1.
 */
export type EmptyShare = number | 'evidently';

/**
 * Population stability index Σ (p − q) ln(p / q), p the reference's shares, q the current ones: the
 * symmetric sum of both Kullback–Leibler divergences. 0 for equal shares; by custom 0.1 is a small
 * and 0.25 a large shift.
 *
 * @param reference Counts per bin or category. @param current The same bins.
 * @throws DATA_INVALID as all functions here: lengths differ, a count is negative or not finite, a
 *   side is empty.
 */
export function populationStabilityIndex(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  empty: EmptyShare = 1e-4,
): number {
  const [p, q] = filledShares(reference, current, empty);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? 0;
    const b = q[i] ?? 0;
    if (a !== b) sum += (a - b) * Math.log(a / b);
  }
  return sum;
}

/**
 * Kullback–Leibler divergence Σ p ln(p / q) of the current shares q from the reference's p, in
 * nats.
 */
export function kullbackLeibler(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  empty: EmptyShare = 1e-4,
): number {
  const [p, q] = filledShares(reference, current, empty);
  const scaleP = total(p);
  const scaleQ = total(q);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = (p[i] ?? 0) / scaleP;
    sum += a * Math.log(a / ((q[i] ?? 0) / scaleQ));
  }
  return sum;
}

/**
 * Jensen–Shannon distance: the root of half the divergence of either side from their mean (Endres
 * and Schindelin 2003), natural logarithm, in [0, √ln 2]. A metric; empty bins need no filling. As
 * scipy.spatial.distance.jensenshannon.
 */
export function jensenShannonDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [p, q] = shares(reference, current);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] ?? 0;
    const b = q[i] ?? 0;
    const mean = (a + b) / 2;
    if (a > 0) sum += a * Math.log(a / mean);
    if (b > 0) sum += b * Math.log(b / mean);
  }
  return Math.sqrt(Math.max(0, sum / 2));
}

/**
 * Hellinger distance √(1 − Σ √(p q)), in [0, 1]. Computed as √(Σ (√p − √q)² / 2), which keeps small
 * distances.
 */
export function hellingerDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [p, q] = shares(reference, current);
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += (Math.sqrt(p[i] ?? 0) - Math.sqrt(q[i] ?? 0)) ** 2;
  return Math.sqrt(Math.min(1, sum / 2));
}

/** The largest difference of a share, max |p − q|, in [0, 1]. */
export function lInfinity(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [p, q] = shares(reference, current);
  let largest = 0;
  for (let i = 0; i < p.length; i++) largest = Math.max(largest, Math.abs((p[i] ?? 0) - (q[i] ?? 0)));
  return largest;
}

function shares(reference: ArrayLike<number>, current: ArrayLike<number>): [Float64Array, Float64Array] {
  const [left, right] = checkedCounts(reference, current);
  const n = total(left);
  const m = total(right);
  return [left.map((count) => count / n), right.map((count) => count / m)];
}

function filledShares(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  empty: EmptyShare,
): [Float64Array, Float64Array] {
  if (empty !== 'evidently' && !(empty > 0 && empty < 1)) {
    throw new DriftloopError(
      'DATA_INVALID',
      `The share of an empty bin must lie between 0 and 1, not ${empty}.`,
    );
  }
  const [p, q] = shares(reference, current);
  return [fill(p, empty), fill(q, empty)];
}

function fill(row: Float64Array, empty: EmptyShare): Float64Array {
  const share = empty === 'evidently' ? evidentlyShare(row) : empty;
  return row.map((value) => (value === 0 ? share : value));
}

function evidentlyShare(row: Float64Array): number {
  let smallest = 1;
  for (const value of row) if (value > 0 && value < smallest) smallest = value;
  return smallest <= 0.0001 ? smallest / 1e6 : 0.0001;
}
