import { gammaP, gammaQ } from './gamma.ts';

/**
 * The error function, erf(x) = 2/√π ∫₀ˣ e^(−t²) dt, as P(1/2, x²) (Abramowitz and Stegun 6.5.16).
 */
export function erf(x: number): number {
  const value = gammaP(0.5, x * x);
  return x < 0 ? -value : value;
}

/** 1 − erf(x), without cancellation for large x. */
export function erfc(x: number): number {
  return x < 0 ? 1 + gammaP(0.5, x * x) : gammaQ(0.5, x * x);
}

/** The chance that a standard normal is at most x. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** The chance that a standard normal exceeds x, with full relative precision in the tail. */
export function normalSurvival(x: number): number {
  return 0.5 * erfc(x / Math.SQRT2);
}

/** The density of the standard normal at x. */
function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/**
 * The x that a standard normal does not exceed with chance p, 0 ≤ p ≤ 1 (±Infinity at the ends). A
 * rational start (Abramowitz and Stegun 26.2.23, |error| < 4.5e-4), then Halley's iteration on the
 * tail.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  // Solve for the upper tail of the nearer side: 1 − p is exact for p ≥ 1/2.
  const tail = p < 0.5 ? p : 1 - p;
  const t = Math.sqrt(-2 * Math.log(tail));
  let x =
    t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 3; i++) {
    const error = (normalSurvival(x) - tail) / normalDensity(x);
    x += error / (1 - 0.5 * x * error);
  }
  return p < 0.5 ? -x : x;
}
