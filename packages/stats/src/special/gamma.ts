/** ln(√(2π)). */
const LOG_SQRT_2PI = 0.9189385332046727;

/**
 * ln Γ(x) for x > 0. NaN elsewhere. Stirling's series (Abramowitz and Stegun 6.1.41) above 15, the
 * recurrence Γ(x + 1) = x Γ(x) below.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Number.NaN;
  if (x === 1 || x === 2) return 0;
  if (x < 15) {
    // Near its zeros at 1 and 2 the difference of two logarithms would lose digits.
    if (Math.abs(x - 1) < 0.25) return logGammaNearOne(x - 1);
    if (Math.abs(x - 2) < 0.25) return Math.log1p(x - 2) + logGammaNearOne(x - 2);
    let product = 1;
    let shifted = x;
    while (shifted < 15) {
      product *= shifted;
      shifted += 1;
    }
    return stirling(shifted) - Math.log(product);
  }
  return stirling(x);
}

/** What Stirling's formula leaves out: ln Γ(x + 1) − ln(√(2πx) (x/e)^x), for x > 0. */
export function stirlingError(x: number): number {
  if (x >= 15) return stirlingSeries(x);
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - LOG_SQRT_2PI;
}

/**
 * The lower regularised incomplete gamma function P(a, x) = γ(a, x) / Γ(a), a > 0, x ≥ 0: the
 * chance that a gamma variable of shape a is at most x. Series for x < a + 1, continued fraction
 * above (Press et al., Numerical Recipes, 6.2).
 */
export function gammaP(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/**
 * The upper regularised incomplete gamma function Q(a, x) = 1 − P(a, x), without cancellation in
 * the far tail.
 */
export function gammaQ(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/**
 * The chance that a chi-square variable with `degrees` > 0 degrees of freedom exceeds `statistic`.
 */
export function chiSquareSurvival(statistic: number, degrees: number): number {
  return gammaQ(degrees / 2, statistic / 2);
}

function stirling(x: number): number {
  return (x - 0.5) * Math.log(x) - x + LOG_SQRT_2PI + stirlingSeries(x);
}

function stirlingSeries(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  return (
    inverse *
    (1 / 12 -
      square *
        (1 / 360 -
          square *
            (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - square * (691 / 360360 - square / 156))))))
  );
}

const EULER_GAMMA = 0.5772156649015329;

/**
 * ln Γ(1 + z) = −γ z + Σ ζ(k) (−z)^k / k for |z| < 1 (Abramowitz and Stegun 6.1.33, with ζ(k) − 1
 * summed apart).
 */
function logGammaNearOne(z: number): number {
  let sum = 0;
  let power = z * z;
  for (let k = 2; k < 60; k++) {
    const term = ((k % 2 === 0 ? 1 : -1) * zetaMinusOne(k) * power) / k;
    sum += term;
    if (Math.abs(term) < 1e-18 * Math.abs(sum)) break;
    power *= z;
  }
  // Σ (−z)^k / k over k ≥ 2 is −ln(1 + z) + z.
  return sum - EULER_GAMMA * z + (z - Math.log1p(z));
}

const ZETA_MINUS_ONE: number[] = [];

/** ζ(k) − 1 for k ≥ 2, by Euler–Maclaurin from the 20th term. */
function zetaMinusOne(k: number): number {
  const known = ZETA_MINUS_ONE[k];
  if (known !== undefined) return known;
  const last = 20;
  let sum = 0;
  for (let n = last; n >= 2; n--) sum += n ** -k;
  sum += last ** (1 - k) / (k - 1) - 0.5 * last ** -k + (k / 12) * last ** (-k - 1);
  sum -= ((k * (k + 1) * (k + 2)) / 720) * last ** (-k - 3);
  sum += ((k * (k + 1) * (k + 2) * (k + 3) * (k + 4)) / 30240) * last ** (-k - 5);
  ZETA_MINUS_ONE[k] = sum;
  return sum;
}

/**
 * x^a e^(−x) / Γ(a + 1), in the form that keeps its digits for large a (Loader 2000, "Fast and
 * accurate computation").
 */
function gammaDensityFactor(a: number, x: number): number {
  if (a < 15) return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  return Math.exp(-deviance(a, x) - stirlingError(a)) / Math.sqrt(2 * Math.PI * a);
}

/** a ln(a / x) + x − a, without cancellation where x is close to a. */
export function deviance(a: number, x: number): number {
  const difference = a - x;
  if (Math.abs(difference) < 0.1 * (a + x)) {
    const ratio = difference / (a + x);
    let sum = difference * ratio;
    let term = 2 * a * ratio;
    const square = ratio * ratio;
    for (let k = 1; k < 1000; k++) {
      term *= square;
      const next = sum + term / (2 * k + 1);
      if (next === sum) return next;
      sum = next;
    }
  }
  return a * Math.log(a / x) - difference;
}

function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 1_000_000; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum * gammaDensityFactor(a, x);
}

/** Lentz's method for the continued fraction of Γ(a, x). */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 1_000_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return fraction * a * gammaDensityFactor(a, x);
}
