import { DriftloopError } from '@driftloop/errors';
import { checkedCounts, type PairedCounts, total } from './paired-counts.ts';
import { kolmogorovSurvival } from './special/kolmogorov.ts';

/** How a p-value was computed. */
export type KsMethod = 'exact' | 'asymptotic';

/** A two-sample Kolmogorov–Smirnov test. */
export interface KsResult {
  /** D = max |F_reference − F_current|, in [0, 1]. */
  readonly statistic: number;
  /**
   * Chance of a D at least this large when both samples come from one continuous distribution.
   * Conservative with ties.
   */
  readonly pValue: number;
  readonly method: KsMethod;
  /** Index into the values (or bins) at the end of which the difference is largest. */
  readonly location: number;
  /**
   * Sign of F_reference − F_current there: 1 means that the current values are larger. 0 when D is
   * 0.
   */
  readonly direction: -1 | 0 | 1;
}

/**
 * Two-sided two-sample Kolmogorov–Smirnov test (Smirnov 1939), with the answers of
 * scipy.stats.ks_2samp.
 *
 * @param method `auto` is exact up to 10,000 per side, asymptotic above. @default 'auto'
 */
export function kolmogorovSmirnov(pair: PairedCounts, method: KsMethod | 'auto' = 'auto'): KsResult {
  return fromCounts(pair.reference, pair.current, pair.referenceTotal, pair.currentTotal, method);
}

/**
 * The same over bins in ascending order. D is a lower bound of that of the raw samples: differences
 * inside a bin are not seen, so the p-value is conservative.
 *
 * @throws DATA_INVALID as {@link checkedCounts}.
 */
export function kolmogorovSmirnovOfCounts(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  method: KsMethod | 'auto' = 'auto',
): KsResult {
  const [left, right] = checkedCounts(reference, current);
  return fromCounts(left, right, total(left), total(right), method);
}

/**
 * Chance of D ≥ `statistic` for samples of n and m. Exact: the share of lattice paths that leave
 * the band (Hodges, "The significance probability of the Smirnov two-sample test", 1958).
 * Asymptotic: the one-sample distribution at the effective size n m / (n + m).
 *
 * @throws DATA_INVALID unless n and m are positive integers and the statistic lies in [0, 1].
 */
export function kolmogorovSmirnovPValue(
  statistic: number,
  n: number,
  m: number,
  method: KsMethod | 'auto' = 'auto',
): { pValue: number; method: KsMethod } {
  if (!(n >= 1 && m >= 1 && statistic >= 0 && statistic <= 1)) {
    throw new DriftloopError(
      'DATA_INVALID',
      `D must lie in [0, 1] and sizes be at least 1, not ${statistic}, ${n}, ${m}.`,
    );
  }
  const whole = Number.isInteger(n) && Number.isInteger(m);
  const divisor = whole ? greatestCommonDivisor(n, m) : 1;
  const multiple = (n / divisor) * m;
  // Beyond 2^31 the lattice no longer fits what the exact recursion can count; scipy draws the same
  // line.
  const countable = whole && multiple < 2147483647;
  if (countable && (method === 'exact' || (method === 'auto' && Math.max(n, m) <= 10_000))) {
    const steps = Math.round(statistic * multiple);
    const pValue = steps === 0 ? 1 : n === m ? outsideSquare(n, steps) : outsideBand(n, m, divisor, steps);
    return { pValue: Math.min(1, Math.max(0, pValue)), method: 'exact' };
  }
  const effective = roundHalfEven((n * m) / (n + m));
  return { pValue: effective < 1 ? 1 : kolmogorovSurvival(effective, statistic), method: 'asymptotic' };
}

function fromCounts(
  reference: Float64Array,
  current: Float64Array,
  n: number,
  m: number,
  method: KsMethod | 'auto',
): KsResult {
  // Cross-multiplied counts are integers, so D is exact.
  let sumReference = 0;
  let sumCurrent = 0;
  let largest = 0;
  let location = 0;
  for (let i = 0; i < reference.length; i++) {
    sumReference += reference[i] ?? 0;
    sumCurrent += current[i] ?? 0;
    const difference = sumReference * m - sumCurrent * n;
    if (Math.abs(difference) > Math.abs(largest)) {
      largest = difference;
      location = i;
    }
  }
  const divisor = Number.isInteger(n) && Number.isInteger(m) ? greatestCommonDivisor(n, m) : 1;
  const statistic = Math.min(1, Math.abs(largest) / divisor / ((n / divisor) * m));
  const p = kolmogorovSmirnovPValue(statistic, n, m, method);
  return {
    statistic,
    pValue: p.pValue,
    method: p.method,
    location,
    direction: Math.sign(largest) as -1 | 0 | 1,
  };
}

/**
 * n = m: the reflection principle gives 2 A₀(1 − A₁(1 − A₂(…))), each A a ratio of neighbouring
 * binomials.
 */
function outsideSquare(n: number, steps: number): number {
  let probability = 0;
  for (let k = Math.floor(n / steps); k >= 0; k--) {
    let ratio = 1;
    for (let j = 0; j < steps; j++) ratio = ((n - k * steps - j) * ratio) / (n + k * steps + j + 1);
    probability = ratio * (1 - probability);
  }
  return 2 * probability;
}

/**
 * The share of paths from (0, 0) to (n, m) that touch |x/n − y/m| ≥ steps/lcm. Point by point, this
 * share is the average of those of its two predecessors, weighted by how many paths come from each:
 * no cancellation, no overflow.
 */
function outsideBand(n: number, m: number, divisor: number, steps: number): number {
  const rows = Math.max(n, m);
  const columns = Math.min(n, m);
  const rowUnit = columns / divisor;
  const columnUnit = rows / divisor;
  const share = new Float64Array(columns + 1).fill(1);
  // Row 0: only what lies inside the band is a path that has not left it.
  let end = Math.min(Math.ceil(steps / columnUnit), columns + 1);
  for (let j = 0; j < end; j++) share[j] = 0;
  for (let i = 1; i <= rows; i++) {
    const start = Math.min(Math.max(Math.floor((rowUnit * i - steps) / columnUnit) + 1, 0), columns + 1);
    end = Math.min(Math.ceil((rowUnit * i + steps) / columnUnit), columns + 1);
    if (start > 0) share[start - 1] = 1;
    let left = start === 0 ? 0 : 1;
    for (let j = start; j < end; j++) {
      left = ((share[j] ?? 1) * i + left * j) / (i + j);
      share[j] = left;
    }
  }
  return share[columns] ?? 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** As numpy rounds: ties go to the even neighbour. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
