/** Below this an e-value adds nothing to what a factor is. */
const LEAST = 1e-13;
const LOG_LEAST = Math.log(LEAST);
/** Above this more says no more. */
const LOG_MOST = 345;
const STEPS = 64;
const PER_STEP = STEPS / Math.LN2;
const FRACTIONS = Float64Array.from({ length: STEPS }, (_, i) => 2 ** (i / STEPS));
const LOWEST = Math.floor(LOG_LEAST / Math.LN2) - 1;
const POWERS = Float64Array.from(
  { length: Math.ceil(LOG_MOST / Math.LN2) - LOWEST + 2 },
  (_, i) => 2 ** (i + LOWEST),
);

/**
 * e to the power of x, to 2e-7 of it, in a third of the time of `Math.exp`; held between 1e-13 and
 * e to the power of 345, so that it can be divided by.
 */
export function fastExp(x: number): number {
  if (x <= LOG_LEAST) return LEAST;
  const scaled = Math.min(x, LOG_MOST) * PER_STEP;
  const step = Math.floor(scaled);
  const rest = (scaled - step) / PER_STEP;
  const power = POWERS[(step >> 6) - LOWEST] ?? 0;
  return power * (FRACTIONS[step & (STEPS - 1)] ?? 0) * (1 + rest * (1 + 0.5 * rest));
}
