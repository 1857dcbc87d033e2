/**
 * e^x K_ν(x), the modified Bessel function of the second kind without its exponential decay, for x
 * > 0. K_ν(x) = ∫₀^∞ e^(−x cosh t) cosh(νt) dt (Abramowitz and Stegun 9.6.24) by the trapezoidal
 * rule, which converges geometrically here: the integrand is analytic in |Im t| < π/2 and falls
 * doubly exponentially.
 */
export function scaledBesselK(order: number, x: number): number {
  if (!(x > 0)) return Number.NaN;
  // For large x the integrand is a Gaussian of width 1/√x; eight points per unit of it are plenty.
  const step = Math.min(1 / 16, 0.5 / Math.sqrt(x));
  let sum = 0.5;
  for (let t = step; ; t += step) {
    const half = Math.sinh(t / 2);
    // cosh t − 1 = 2 sinh²(t/2) keeps its digits for small t.
    const term = Math.exp(-2 * x * half * half) * Math.cosh(order * t);
    sum += term;
    if (term < 1e-18 * sum) return sum * step;
  }
}
