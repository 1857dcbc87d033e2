import { logGamma } from './gamma.ts';
import { durbinCdf, pelzGoodCdf, pomeranzCdf } from './kolmogorov-methods.ts';

/**
 * The limiting survival function of Kolmogorov's distribution, P(√n D_n > x) for n → ∞ (Kolmogorov
 * 1933): the alternating series for large x, its Jacobi theta transform for small x.
 */
export function kolmogorovLimitSurvival(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x <= 0.04) return 1;
  if (x < 1) {
    const exponent = -(Math.PI * Math.PI) / (8 * x * x);
    let sum = 0;
    for (let k = 1; k < 20; k += 2) sum += Math.exp(exponent * k * k);
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 20; k >= 1; k--) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return 2 * sum;
}

/**
 * P(D⁺_n ≥ x) of the one-sided one-sample Kolmogorov–Smirnov statistic, exact (Smirnov 1944;
 * Birnbaum and Tingey 1951): x Σ_j C(n, j) (x + j/n)^(j−1) (1 − x − j/n)^(n−j) over 0 ≤ j ≤ n(1 −
 * x).
 */
function smirnovSurvival(n: number, x: number): number {
  if (x <= 0) return 1;
  if (x >= 1) return 0;
  const logFactorial = logGamma(n + 1);
  const last = Math.floor(n * (1 - x));
  let sum = 0;
  for (let j = 0; j <= last; j++) {
    const rest = 1 - x - j / n;
    if (rest < 0) break;
    if (rest === 0 && j < n) continue;
    const logTerm =
      logFactorial -
      logGamma(j + 1) -
      logGamma(n - j + 1) +
      (j - 1) * Math.log(x + j / n) +
      (n - j) * Math.log1p(-x - j / n);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, x * sum);
}

/**
 * P(D_n > x) of the two-sided one-sample Kolmogorov–Smirnov statistic for n observations, 0 ≤ x ≤
 * 1. The choice of method by region is that of Simard and L'Ecuyer, "Computing the two-sided
 * Kolmogorov–Smirnov distribution", Journal of Statistical Software 39 (2011), with the cut-offs
 * that scipy uses.
 *
 * @returns NaN unless n is a positive integer.
 */
export function kolmogorovSurvival(n: number, x: number): number {
  if (!Number.isInteger(n) || n <= 0 || Number.isNaN(x)) return Number.NaN;
  if (x >= 1) return 0;
  const scaled = n * x;
  if (scaled <= 0.5) return 1;
  if (scaled <= 1) return 1 - rubenGambino(n, 2 * scaled - 1);
  if (scaled >= n - 1) return 2 * (1 - x) ** n;
  if (x >= 0.5) return clip(2 * smirnovSurvival(n, x));
  const square = scaled * x;
  if (n <= 140) {
    if (square <= 0.754693) return clip(1 - durbinCdf(n, x));
    if (square <= 4) return clip(1 - pomeranzCdf(n, x));
    // Beyond here both boundaries are not crossed together (Miller 1956).
    return clip(2 * smirnovSurvival(n, x));
  }
  if (square >= 370) return 0;
  if (square >= 2.2) return clip(2 * smirnovSurvival(n, x));
  if (n <= 100_000 && n * x ** 1.5 <= 1.4) return clip(1 - durbinCdf(n, x));
  return clip(1 - pelzGoodCdf(n, x));
}

/** n! (t/n)^n: the distribution function where 1/2 < n x ≤ 1 (Ruben and Gambino 1982). */
function rubenGambino(n: number, t: number): number {
  return Math.exp(logGamma(n + 1) + n * Math.log(t / n));
}

function clip(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
