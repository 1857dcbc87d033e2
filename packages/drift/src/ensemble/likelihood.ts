import type { DriftPolicy, Signal } from '@driftloop/schemas';
import type { ModelState, SignalState } from './state.ts';

/** Shares of the evidence: labels count as much as the two label-free signals together. */
const SHARES: Readonly<Record<Signal, number>> = { data: 0.2, prediction: 0.3, concept: 0.5 };

/** What the signals together say. */
export interface Likelihood {
  /** Weighted mean of the signals' running evidence: at least `budget` windows pass on average until it reaches `budget` without drift. */
  readonly evidence: number;
  /** evidence / (evidence + budget): 0 to 1, and 0.5 where the false-alarm budget is met. */
  readonly value: number;
  /** Each signal's part of the evidence. */
  readonly parts: Readonly<Record<Signal, number>>;
  /** The labels alone meet the budget. */
  readonly confirmedByLabels: boolean;
  /** For more than one window, inputs and answers each meet the budget and together its square. */
  readonly overwhelming: boolean;
}

/** Windows between false alarms that the user accepts, at least 2. */
export function budgetOf(policy: DriftPolicy): number {
  return Math.max(2, policy.expectedWindowsBetweenFalseAlarms);
}

/** Adds the signals up. */
export function likelihoodOf(model: ModelState, policy: DriftPolicy): Likelihood {
  const budget = budgetOf(policy);
  const part = (name: Signal): number => SHARES[name] * strengthOf(model.signals[name]);
  const parts = { data: part('data'), prediction: part('prediction'), concept: part('concept') };
  const labelFree = parts.data + parts.prediction;
  const evidence = labelFree + parts.concept;
  return {
    evidence,
    value: evidence / (evidence + budget),
    parts,
    confirmedByLabels: parts.concept >= budget,
    overwhelming:
      Math.min(parts.data, parts.prediction) >= budget &&
      labelFree >= budget * budget &&
      lasts(model.signals.data) &&
      lasts(model.signals.prediction),
  };
}

/** Trust works on the exponent: half the trust needs the square of the evidence. */
function strengthOf({ evidence, trust }: SignalState): number {
  return evidence.value > 1 ? evidence.value ** trust : evidence.value;
}

/** One window may be a burst: evidence lasts when it began before the newest window. */
function lasts({ evidence, last }: SignalState): boolean {
  return evidence.since !== null && last !== null && evidence.since < last.start;
}
