import { type CombinedEvidence, combineEvidence } from '@driftloop/detectors';
import type { DriftPolicy, Signal } from '@driftloop/schemas';
import type { ModelState, SignalState } from './state.ts';

/** What the signals together say of a window; the budget counts windows. */
export interface Likelihood extends CombinedEvidence {
  /** For more than one window, inputs and answers each meet the budget and together its square. */
  readonly overwhelming: boolean;
}

/** Nobody waits longer, and the square of this is still a number. */
const LONGEST = 1e100;

/** Windows between false alarms that the user accepts, at least 2. */
export function budgetOf(policy: DriftPolicy): number {
  return Math.min(LONGEST, Math.max(2, policy.expectedWindowsBetweenFalseAlarms));
}

/** Adds the signals up. */
export function likelihoodOf(model: ModelState, policy: DriftPolicy): Likelihood {
  const budget = budgetOf(policy);
  const strength = (name: Signal): number => strengthOf(model.signals[name]);
  const combined = combineEvidence(
    { data: strength('data'), prediction: strength('prediction'), concept: strength('concept') },
    budget,
  );
  return {
    ...combined,
    overwhelming:
      combined.isFarStronger &&
      Math.min(combined.parts.data, combined.parts.prediction) >= budget &&
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
