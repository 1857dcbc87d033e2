import type { DriftPolicy, DriftState } from '@driftloop/schemas';
import { budgetOf } from './budget.ts';
import type { Likelihood } from './likelihood.ts';

/**
 * A state is left for a calmer one only when the evidence has fallen to this share of what led to
 * it.
 */
const HYSTERESIS = 1 / 3;

/** What decides the next state besides the likelihood. */
export interface TransitionInput {
  readonly state: DriftState;
  readonly likelihood: Likelihood;
  /** Labels of the live version have come and do not speak of drift. */
  readonly proven: boolean;
}

/**
 * The next state. stable → warning: all evidence together meets the budget. → drift: the labels
 * alone meet it, or inputs and answers each meet it and together its square for more than one
 * window. Back when the evidence has faded; after a new version, recovering until labels have
 * proven it.
 */
export function nextState({ state, likelihood, proven }: TransitionInput, policy: DriftPolicy): DriftState {
  const budget = budgetOf(policy);
  if (likelihood.confirmedByLabels || likelihood.overwhelming) return 'drift';
  const isLoud = likelihood.evidence >= budget;
  const isCalm = likelihood.evidence < budget * HYSTERESIS;
  switch (state) {
    case 'stable':
      return isLoud ? 'warning' : 'stable';
    case 'warning':
      return isCalm ? 'stable' : 'warning';
    case 'drift':
      if (likelihood.parts.concept >= budget * HYSTERESIS) return 'drift';
      return isCalm ? 'stable' : 'warning';
    case 'recovering':
      if (isLoud) return 'warning';
      return proven ? 'stable' : 'recovering';
  }
}
