import type { DriftPolicy } from '@driftloop/schemas';
import { budgetOf } from './budget.ts';
import type { ModelState, SignalState } from './state.ts';

/** What is left of a signal's trust when labels contradict it once. */
const CONTRADICTED = 0.7;
/** Trust does not fall below this. */
const LEAST = 0.1;
/** What trust is multiplied by when labels confirm the signal. */
const CONFIRMED = 1.5;

/**
 * Labels judge the label-free signals: when a labelled window from within the time that a signal
 * calls drift shows no loss, the signal is believed less, so a warning is withdrawn although the
 * shift is still there; when labels confirm drift, it is believed more.
 */
export function judgeLabelFree(
  model: ModelState,
  conceptStart: number,
  eValue: number,
  policy: DriftPolicy,
): void {
  for (const signal of [model.signals.data, model.signals.prediction]) {
    const { since, value } = signal.evidence;
    const isLoud = since !== null && value >= budgetOf(policy);
    if (!isLoud || conceptStart < since) continue;
    if (eValue <= 1) setTrust(signal, signal.trust * CONTRADICTED);
    else if (model.signals.concept.evidence.value >= budgetOf(policy))
      setTrust(signal, signal.trust * CONFIRMED);
  }
}

function setTrust(signal: SignalState, trust: number): void {
  signal.trust = Math.min(1, Math.max(LEAST, trust));
}
