import { type CombinedEvidence, combineEvidence } from '@driftloop/detectors';
import type { DriftPolicy, Signal } from '@driftloop/schemas';
import { budgetOf } from './budget.ts';
import { strengthOfRows } from './row-alarm.ts';
import type { ModelState, SignalState } from './state.ts';

/** What the signals together say of a window; the budget counts windows. */
export interface Likelihood extends CombinedEvidence {
  /** For more than one window, inputs and answers each meet the budget and together its square. */
  readonly overwhelming: boolean;
}

/**
 * Adds the signals up. Labels are as strong as windows of them or their rows one by one show it,
 * whichever is more: each of the two keeps a budget of its own.
 */
export function likelihoodOf(model: ModelState, policy: DriftPolicy): Likelihood {
  return combined(model, policy, strengthOfRows(model, policy));
}

/** The same of windows alone. */
export function likelihoodByWindows(model: ModelState, policy: DriftPolicy): Likelihood {
  return combined(model, policy, 0);
}

function combined(model: ModelState, policy: DriftPolicy, rows: number): Likelihood {
  const budget = budgetOf(policy);
  const strength = (name: Signal): number => strengthOf(model.signals[name]);
  const evidence = combineEvidence(
    {
      data: strength('data'),
      prediction: strength('prediction'),
      concept: Math.max(strength('concept'), rows),
    },
    budget,
  );
  return {
    ...evidence,
    overwhelming:
      evidence.isFarStronger &&
      Math.min(evidence.parts.data, evidence.parts.prediction) >= budget &&
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
