/** How two models did on the same rows. */
export interface PairedCounts {
  readonly rows: number;
  /** Only the live model was right. */
  readonly onlyLive: number;
  /** Only the candidate was right. */
  readonly onlyCandidate: number;
}

/**
 * Exact one-sided McNemar test of "the candidate is worse than the live model" against "it is not": the chance of at least `onlyLive` of the
 * discordant rows going to the live model if either were as likely (McNemar 1947; the exact form is a binomial with p = 1/2).
 *
 * @returns p in (0, 1]; small means that the candidate is worse. 1 without discordant rows.
 */
export function mcnemarWorse(counts: PairedCounts): number {
  return upperTailOfFairCoin(counts.onlyLive + counts.onlyCandidate, counts.onlyLive);
}

/** P(X >= k) for X ~ Binomial(n, 1/2), summed in logarithms so that thousands of rows do not underflow. */
export function upperTailOfFairCoin(n: number, k: number): number {
  if (k <= 0) return 1;
  let logChoose = 0;
  for (let i = 0; i < k; i++) logChoose += Math.log((n - i) / (i + 1));
  let sum = 0;
  for (let i = k; i <= n; i++) {
    sum += Math.exp(logChoose - n * Math.LN2);
    logChoose += Math.log((n - i) / (i + 1));
  }
  return Math.min(1, sum);
}

/** Mean and standard error of paired differences. */
export function pairedDifference(differences: Float64Array): { mean: number; standardError: number } {
  const n = differences.length;
  let sum = 0;
  for (const difference of differences) sum += difference;
  const mean = n === 0 ? 0 : sum / n;
  let squares = 0;
  for (const difference of differences) squares += (difference - mean) ** 2;
  return { mean, standardError: n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n) };
}

/**
 * Lower bound, one-sided, of the accuracy gained (candidate - live): half a row is added to each discordant count, so that rows on which
 * both agree prove something but not everything (Agresti & Min 2005, "Simple improved confidence intervals for comparing matched proportions").
 *
 * @param confidence For example 0.8.
 */
export function notWorseBy(counts: PairedCounts, confidence: number): number {
  const rows = counts.rows + 1;
  const live = (counts.onlyLive + 0.5) / rows;
  const candidate = (counts.onlyCandidate + 0.5) / rows;
  const gain = candidate - live;
  const standardError = Math.sqrt((candidate + live - gain * gain) / rows);
  return gain - standardNormalQuantile(confidence) * standardError;
}

/** Inverse of the standard normal distribution function, by bisection on the complementary error function (accurate to 1e-7). */
export function standardNormalQuantile(probability: number): number {
  let low = -8;
  let high = 8;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Abramowitz & Stegun 7.1.26. */
function normalCdf(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const upper = (series * Math.exp(-z * z)) / 2;
  return x < 0 ? upper : 1 - upper;
}
