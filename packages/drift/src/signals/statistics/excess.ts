import { logGamma } from '@driftloop/stats';

/**
 * Rows, and how many of them are of the kind that is looked for; both may be fractions, where rows
 * count as fewer than they are.
 */
export interface Found {
  readonly found: number;
  readonly rows: number;
}

/** Terms below this share of the sum no longer matter. */
const NEGLIGIBLE = 1e-12;

/**
 * How likely a window has at least so many rows of a kind, when the reference had as many as it
 * had: the tail of the beta-binomial distribution with the prior Beta(1, 0), which for whole
 * numbers is the one-sided p-value of Fisher's exact test (Altham 1969). A share of the reference
 * is known only as well as its rows tell; that none was seen does not say that there are none.
 */
export function excessTail(window: Found, reference: Found): number {
  const { found, rows } = window;
  const a = reference.found + 1;
  const b = reference.rows - reference.found;
  if (!(found > 0) || !(rows > 0)) return 1;
  // Every row of the reference is of the kind: more is not possible.
  if (!(b > 0)) return 1;
  const mean = (rows * a) / (a + b);
  // The nearer end of the distribution is summed.
  if (found > mean) return Math.min(1, upwards(found, rows, a, b));
  const below = downwards(found - 1, rows, a, b);
  return Math.min(1, Math.max(0, 1 - below));
}

/**
 * The share of a window's rows from which on the tail is below alpha; 1 where even all rows do not
 * get there.
 */
export function excessLimit(rows: number, reference: Found, alpha: number): number {
  const tailAt = (share: number): number => excessTail({ found: share * rows, rows }, reference);
  if (rows <= 0 || tailAt(1) >= alpha) return 1;
  let low = Math.min(1, (reference.found + 1) / (reference.rows + 1));
  let high = 1;
  // A thousandth of the way is enough for a limit that is read.
  for (let i = 0; i < 20 && high - low > 1e-3 * low; i++) {
    const middle = (low + high) / 2;
    if (tailAt(middle) < alpha) high = middle;
    else low = middle;
  }
  return high;
}

function upwards(from: number, rows: number, a: number, b: number): number {
  let term = Math.exp(logMass(from, rows, a, b));
  let sum = term;
  for (let k = from; k + 1 <= rows && term > NEGLIGIBLE * sum; k++) {
    term *= ((rows - k) * (a + k)) / ((k + 1) * (rows - k - 1 + b));
    sum += term;
  }
  return sum;
}

function downwards(from: number, rows: number, a: number, b: number): number {
  if (from < 0) return 0;
  let term = Math.exp(logMass(from, rows, a, b));
  let sum = term;
  for (let k = from; k >= 1 && term > NEGLIGIBLE * sum; k--) {
    term *= (k * (rows - k + b)) / ((rows - k + 1) * (a + k - 1));
    sum += term;
  }
  return sum;
}

/** Logarithm of the chance of k of `rows` rows, from k = 0 to rows. */
function logMass(k: number, rows: number, a: number, b: number): number {
  const ways = logGamma(rows + 1) - logGamma(k + 1) - logGamma(rows - k + 1);
  const beta = logGamma(k + a) + logGamma(rows - k + b) - logGamma(rows + a + b);
  return ways + beta - (logGamma(a) + logGamma(b) - logGamma(a + b));
}
