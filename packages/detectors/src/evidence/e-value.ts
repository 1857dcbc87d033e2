/** Evidence is capped here, so that it can fade once drift has gone. */
const LARGEST = 1e6;

/**
 * Turns a p-value into an e-value: evidence whose expectation is at most 1 without drift, so that
 * averages stay valid however tests depend on each other and products over windows stay valid over
 * time. The mixture of κ p^(κ-1) over κ in (0, 1), which needs no choice of κ: (1 - p + p ln p) /
 * (p ln² p) (Vovk and Wang 2021, "E-values: calibration, combination and applications", eq. 2). A
 * p-value that is no number says nothing: 1.
 */
export function eValueOf(pValue: number): number {
  if (Number.isNaN(pValue)) return 1;
  if (pValue <= 1e-9) return LARGEST;
  if (pValue >= 1) return 0.5;
  const log = Math.log(pValue);
  // Near 1 the formula is 0/0; its series is 1/2 + (1 - p)/6.
  if (pValue > 0.999) return 0.5 + (1 - pValue) / 6;
  return Math.min(LARGEST, (1 - pValue + pValue * log) / (pValue * log * log));
}

/** Evidence up to here is not worth more than a bare mention (Jeffreys 1961, appendix B). */
export const BARE_MENTION = 3;

/** A running detector over e-values: how much evidence has come since it was last outweighed. */
export interface Evidential {
  /** At least 0. */
  readonly value: number;
  /** Start of the window at which the evidence began to grow; null while there is none. */
  readonly since: number | null;
}

/** No evidence. */
export const NO_EVIDENCE: Evidential = { value: 0, since: null };

/**
 * One step of the e-detector by cumulative sums, max(M, 1) · e (Shin, Ramdas and Rinaldo 2023,
 * "E-detectors", section 2.3). Without drift it takes at least c windows on average until M reaches
 * c; averages of such detectors keep that promise. The window that first lifts M above a bare
 * mention is taken for the begin.
 */
export function accumulate(
  before: Evidential,
  eValue: number,
  windowStart: number,
  most: number,
): Evidential {
  return {
    value: Math.min(most, Math.max(before.value, 1) * eValue),
    since: before.value > BARE_MENTION ? before.since : windowStart,
  };
}
