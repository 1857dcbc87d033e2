import type { ModelSpec, Signal } from '@driftloop/schemas';
import { type ModelState, newModel, type SignalState } from '../../src/ensemble/state.ts';
import type { WindowRecord } from '../../src/selection/history.ts';
import type { EvidenceItem } from '../../src/signals/evidence-item.ts';
import { specOf } from '../spec-of.ts';

/** A result of a test that says nothing special, with what is said otherwise. */
export function itemWith(given: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    detector: 'ks',
    feature: '',
    statistic: 0,
    threshold: 0,
    expected: null,
    detail: '',
    pValue: null,
    severity: 0,
    drifted: false,
    changePoint: null,
    rival: null,
    eValue: null,
    ...given,
  };
}

/** A model in its version 4, with what is said otherwise of it and of its signals. */
export function modelWith(
  given: Partial<Omit<ModelState, 'signals'>> & {
    readonly signals?: Partial<Record<Signal, Partial<SignalState>>>;
  } = {},
): ModelState {
  const model = newModel();
  const { data, prediction, concept } = model.signals;
  const { signals, ...rest } = given;
  return {
    ...model,
    version: 4,
    ...rest,
    signals: {
      data: { ...data, ...signals?.data },
      prediction: { ...prediction, ...signals?.prediction },
      concept: { ...concept, ...signals?.concept },
    },
  };
}

/** A window of a second with so many labels. */
export function labelled(start: number, count: number, given: Partial<WindowRecord> = {}): WindowRecord {
  return { start, end: start + 1000, labelled: count, score: null, version: 4, fingerprint: [], ...given };
}

/** A spec with a budget of 10 windows and these versions in shadow. */
export function inShadow(...shadowVersions: readonly number[]): ModelSpec {
  return { ...specOf({ budget: 10 }), rollout: { canaryShare: 0, shadowVersions } };
}
