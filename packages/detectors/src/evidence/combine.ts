import type { Signal } from '@driftloop/schemas';

/** Shares of the evidence: labels count as much as the two label-free signals together. */
const SHARES: Readonly<Record<Signal, number>> = { data: 0.2, prediction: 0.3, concept: 0.5 };

/** What the three signals say together, in windows or row by row. */
export interface CombinedEvidence {
  /**
   * Weighted mean of the signals' evidence, which is evidence of the same kind however the signals
   * depend on each other.
   */
  readonly evidence: number;
  /** evidence / (evidence + budget): 0 to 1, and 0.5 where the false-alarm budget is met. */
  readonly value: number;
  /** Each signal's part of the evidence. */
  readonly parts: Readonly<Record<Signal, number>>;
  /** The labels alone meet the budget. */
  readonly confirmedByLabels: boolean;
  /** Inputs and answers meet the square of the budget: evidence that needs no labels. */
  readonly isFarStronger: boolean;
}

/**
 * The strength of a signal whose part of the evidence alone is `times` the budget.
 * @param times 1 where the signal alone meets it
 */
export function strengthFor(signal: Signal, times: number, budget: number): number {
  return (times * budget) / SHARES[signal];
}

/**
 * Averages the running evidence of the three signals. Each takes at least c steps (windows or rows)
 * on average to reach c when nothing drifts; so does any weighted mean of them (Vovk and Wang 2021;
 * Shin, Ramdas and Rinaldo 2023).
 *
 * @param strengths Running evidence by signal, at least 0. @param budget Steps between false alarms
 *   that the user accepts.
 */
export function combineEvidence(
  strengths: Readonly<Record<Signal, number>>,
  budget: number,
): CombinedEvidence {
  const parts = {
    data: SHARES.data * strengths.data,
    prediction: SHARES.prediction * strengths.prediction,
    concept: SHARES.concept * strengths.concept,
  };
  const labelFree = parts.data + parts.prediction;
  const evidence = labelFree + parts.concept;
  return {
    evidence,
    value: evidence / (evidence + budget),
    parts,
    confirmedByLabels: parts.concept >= budget,
    isFarStronger: labelFree >= budget * budget,
  };
}
