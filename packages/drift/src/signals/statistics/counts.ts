import {
  chiSquareSurvival,
  gammaQ,
  kolmogorovLimitSurvival,
  populationStabilityIndex,
} from '@driftloop/stats';

/**
 * Counts of a reference and of a window in the same bins, and how many independent rows each is
 * worth.
 */
export interface CountPair {
  readonly reference: ArrayLike<number>;
  readonly window: ArrayLike<number>;
  /** Independent rows that the window is worth: its rows over the reference's dispersion. */
  readonly effective: number;
}

/**
 * A distance with its p-value, the value it has without drift on average, and the value it would
 * have at a p-value of alpha.
 */
export interface Distance {
  readonly statistic: number;
  readonly pValue: number;
  readonly expected: number;
  readonly threshold: number;
}

const NOTHING: Distance = { statistic: 0, pValue: 1, expected: 0, threshold: 1 };
/** Mean of the limit distribution of Kolmogorov's statistic, sqrt(pi / 2) ln 2. */
const KOLMOGOROV_MEAN = Math.sqrt(Math.PI / 2) * Math.LN2;

/** Adds up counts. */
export function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i] ?? 0;
  return total;
}

/**
 * Two-sample Kolmogorov–Smirnov on ordered bins: the largest distance of the two distribution
 * functions at the edges, its p-value from the limit distribution with Stephens' (1970) correction.
 * Bins only lose distance, so the test is conservative.
 */
export function kolmogorovSmirnov({ reference, window, effective }: CountPair, alpha: number): Distance {
  const m = totalOf(reference);
  const n = totalOf(window);
  if (m === 0 || n === 0) return NOTHING;
  let below = 0;
  let windowBelow = 0;
  let statistic = 0;
  for (let i = 0; i < reference.length; i++) {
    below += (reference[i] ?? 0) / m;
    windowBelow += (window[i] ?? 0) / n;
    statistic = Math.max(statistic, Math.abs(below - windowBelow));
  }
  const root = Math.sqrt((effective * m) / (effective + m));
  const scale = root + 0.12 + 0.11 / root;
  return {
    statistic,
    pValue: kolmogorovLimitSurvival(scale * statistic),
    expected: Math.min(1, KOLMOGOROV_MEAN / scale),
    // The first term of the limit's series, 2 exp(-2 x²), is exact to 1e-6 for alpha below 0.1.
    threshold: Math.min(1, Math.sqrt(-0.5 * Math.log(alpha / 2)) / scale),
  };
}

/** Added to each count of an index of stability, as Jeffreys' prior does. */
const HALF_A_ROW = 0.5;

/**
 * Population stability index. Under no drift it is about (1/n + 1/m) times chi-square with one
 * degree less than bins (Yurdakul and Naranjo 2020), which gives the p-value. That holds for full
 * bins only: with a fixed share such as 0.0001 for empty ones a single row out of range, or a bin
 * that 60 rows happen to miss, outweighs all others, so half a row is added to each bin that either
 * side uses.
 */
export function populationStability({ reference, window, effective }: CountPair, alpha: number): Distance {
  const m = totalOf(reference);
  const n = totalOf(window);
  if (m === 0 || n === 0) return NOTHING;
  const before: number[] = [];
  const now: number[] = [];
  for (let i = 0; i < reference.length; i++) {
    if ((reference[i] ?? 0) + (window[i] ?? 0) === 0) continue;
    before.push((reference[i] ?? 0) + HALF_A_ROW);
    now.push(((window[i] ?? 0) * effective) / n + HALF_A_ROW);
  }
  const used = before.length;
  if (used < 2) return NOTHING;
  const statistic = populationStabilityIndex(before, now);
  const scale = 1 / effective + 1 / m;
  return {
    statistic,
    pValue: chiSquareSurvival(statistic / scale, used - 1),
    expected: (used - 1) * scale,
    threshold: chiSquareQuantile(alpha, used - 1) * scale,
  };
}

/**
 * Cochran's (1954) rule: with fewer expected rows a cell's part of chi-square is no longer
 * distributed as it should be.
 */
export const FULL_CELL = 5;

/**
 * Pearson's two-sample chi-square on categories, of as many rows as the window is worth. Cells with
 * fewer than five expected rows count with their part of the likelihood ratio where that is less:
 * else one row of a category that the reference happens to lack is "drift".
 */
export function chiSquare({ reference, window, effective }: CountPair, alpha: number): Distance {
  const m = totalOf(reference);
  const n = totalOf(window);
  if (m === 0 || n === 0) return NOTHING;
  let statistic = 0;
  let used = 0;
  for (let i = 0; i < reference.length; i++) {
    const before = reference[i] ?? 0;
    const now = ((window[i] ?? 0) * effective) / n;
    if (before + now === 0) continue;
    used++;
    const share = (before + now) / (m + effective);
    statistic += cell(before, m * share) + cell(now, effective * share);
  }
  const degrees = used - 1;
  if (degrees < 1) return NOTHING;
  return {
    statistic,
    pValue: chiSquareSurvival(statistic, degrees),
    expected: degrees,
    threshold: chiSquareQuantile(alpha, degrees),
  };
}

function cell(count: number, expected: number): number {
  const pearson = (count - expected) ** 2 / expected;
  if (expected >= FULL_CELL) return pearson;
  const ratio = count > 0 ? 2 * (count * Math.log(count / expected) - (count - expected)) : 2 * expected;
  return Math.min(pearson, ratio);
}

/** Few alphas and degrees occur, each for every feature and window. */
const QUANTILES = new Map<string, number>();

/** The value that chi-square exceeds with probability alpha. */
function chiSquareQuantile(alpha: number, degrees: number): number {
  const key = `${alpha}/${degrees}`;
  const known = QUANTILES.get(key) ?? bisectChiSquare(alpha, degrees);
  if (QUANTILES.size < 1000) QUANTILES.set(key, known);
  return known;
}

function bisectChiSquare(alpha: number, degrees: number): number {
  let low = 0;
  let high = degrees + 20 * Math.sqrt(2 * degrees) - 40 * Math.log(alpha);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (gammaQ(degrees / 2, middle / 2) > alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Holm's step-down adjustment: p-values that may be compared with one alpha, whatever the
 * dependence between tests (Holm 1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
