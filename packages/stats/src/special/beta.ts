import { deviance, logGamma, stirlingError } from './gamma.ts';

/**
 * The regularised incomplete beta function I_x(a, b), a > 0, b > 0, 0 ≤ x ≤ 1: the chance that a
 * beta variable is at most x. Continued fraction by Lentz's method (Press et al., Numerical
 * Recipes, 6.4).
 */
export function betaI(a: number, b: number, x: number): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) return Number.NaN;
  if (x === 0 || x === 1) return x;
  // The fraction converges fast below the mean; above it the other tail is computed.
  if (x > (a + 1) / (a + b + 2)) return 1 - (prefactor(b, a, 1 - x) * fraction(b, a, 1 - x)) / b;
  return (prefactor(a, b, x) * fraction(a, b, x)) / a;
}

/** The chance that Student's t with `degrees` > 0 degrees of freedom exceeds `t`. */
export function studentSurvival(t: number, degrees: number): number {
  const tail = 0.5 * betaI(degrees / 2, 0.5, degrees / (degrees + t * t));
  return t >= 0 ? tail : 1 - tail;
}

/** The chance of at most `k` successes in `n` trials of chance `p`. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaI(n - k, k + 1, 1 - p);
}

/**
 * x^a (1 − x)^b / B(a, b); for large a and b as a deviance, which keeps its digits (Loader 2000).
 */
function prefactor(a: number, b: number, x: number): number {
  if (a < 15 || b < 15) {
    return Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  }
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * (1 - x));
  return Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

function fraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  if (Math.abs(d) < tiny) d = tiny;
  d = 1 / d;
  let result = d;
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    if (Math.abs(d) < tiny) d = tiny;
    c = 1 + even / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    if (Math.abs(d) < tiny) d = tiny;
    c = 1 + odd / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    result *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return result;
}
