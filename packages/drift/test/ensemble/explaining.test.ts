import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, DriftVerdict, ModelSpec, Signal } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { FAULT_KINDS, type FaultKind } from '../../src/faults/fault.ts';
import { createEnsemble, createReducer, TEST_NAMES, WINDOW_TESTS } from '../../src/index.ts';
import { CONCEPT_TESTS } from '../../src/signals/concept/index.ts';
import { DATA_TESTS } from '../../src/signals/data/index.ts';
import { chunkOf, contextOf, profileOf, rowsOf, signalsFrom, specOf } from '../fixtures.ts';

const LENGTH = 1000;
const isExplaining = ({ detector }: Pick<DriftSignal, 'detector'>) =>
  detector === 'segment' || detector === 'kind' || FAULT_KINDS.some((kind) => kind === detector);

test('tests that explain have no part in the false alarms, and weigh nothing', () => {
  const explaining = [...DATA_TESTS, ...CONCEPT_TESTS].filter(({ name }) => isExplaining({ detector: name }));
  assert.equal(explaining.length, FAULT_KINDS.length + 2);
  for (const { name, raisesAlarms, weight } of explaining)
    assert.deepEqual([name, raisesAlarms, weight], [name, false, 0]);
});

test('limits of the tests that raise alarms are the same with and without those that explain', () => {
  const base = specOf({ numeric: 2, categorical: true });
  const profile = profileOf(base, 500);
  const named = Object.values(TEST_NAMES)
    .flat()
    .filter((name) => !isExplaining({ detector: name }));
  const signalsOf = (signal: Signal, spec: ModelSpec): DriftSignal[] => {
    const reducer = createReducer(signal);
    const state = reducer.initial();
    const random = createRandom(4);
    return [0, 1].flatMap((window) => {
      const data = rowsOf(spec, 200, random, window === 0 ? 0.8 : 0);
      // A column whose values are gone: a fault in each window.
      for (let i = 1; i < data.features.length; i += 3) data.features[i] = Number.NaN;
      const times = Array.from({ length: data.rows }, (_, i) => window * LENGTH + i);
      const place = { partition: 0, chunkStart: window * LENGTH, chunkEnd: (window + 1) * LENGTH };
      const context = contextOf(spec, profile);
      return chunkOf(signal, context, place, data, times).flatMap((sketch) =>
        signalsFrom(reducer, state, sketch, context),
      );
    });
  };
  const told = (signals: readonly DriftSignal[]) =>
    signals
      .filter((signal) => !isExplaining(signal))
      .map(({ detector, feature, threshold, pValue, drifted }) => [
        ...[detector, feature, threshold, pValue, drifted],
      ]);
  for (const signal of ['data', 'concept'] as const) {
    const all = signalsOf(signal, {
      ...base,
      drift: { ...base.drift, detectors: Object.values(TEST_NAMES).flat() },
    });
    const without = signalsOf(signal, { ...base, drift: { ...base.drift, detectors: named } });
    assert.deepEqual(told(all), told(without));
    assert.ok(all.some(isExplaining));
    assert.ok(all.filter(isExplaining).every(({ drifted, pValue }) => !drifted && pValue === null));
  }
});

/** One window: p-values of inputs and of labels, faults that the inputs show. */
interface Shown {
  readonly data: number;
  readonly concept: number;
  readonly faults: readonly FaultKind[];
}

/** Verdicts on windows one after another. @param explained whether what explains comes, too */
function verdictsOn(windows: readonly Shown[], explained: boolean, enabled = false): DriftVerdict[] {
  const spec = specOf({ retrain: { enabled } });
  const ensemble = createEnsemble({ tests: WINDOW_TESTS });
  const state = ensemble.initial();
  return windows.flatMap(({ data, concept, faults }, window) => {
    const inputs = [resultOf('data', 'ks', window, data), ...faults.map((kind) => faultOf(kind, window))];
    const labels = [
      resultOf('concept', 'accuracy', window, concept),
      ...['no', 'covariate', 'prior', 'concept'].map((feature, i) => ({
        ...resultOf('concept', 'kind', window, 1),
        ...{ feature, statistic: 10 * i, threshold: 5, pValue: null },
      })),
    ];
    return [inputs, labels].flatMap((results) => {
      const kept = results.filter((result) => explained || !isExplaining(result));
      return kept.flatMap((result, ordinal) => {
        const { verdict } = ensemble.apply(state, { ...result, ordinal, total: kept.length }, spec, 0);
        return verdict ? [verdict] : [];
      });
    });
  });
}

function resultOf(signal: Signal, detector: string, window: number, pValue: number): DriftSignal {
  const drifted = pValue < 0.001;
  return {
    ...{ model: 'm', version: 1, windowStart: window * LENGTH, windowEnd: (window + 1) * LENGTH, signal },
    ...{ detector, feature: signal === 'data' ? 'f0' : '', statistic: 0.3, pValue, threshold: 0.1 },
    ...{ expected: 0.02, detail: '', n: 300, severity: drifted ? 1 : 0, drifted, changePoint: null },
    ...{ rival: null, eValue: null, ordinal: 0, total: 1, late: 0, ahead: 0 },
    through: [{ partition: 0, offset: 100 * (window + 1) }],
  };
}

function faultOf(kind: FaultKind, window: number): DriftSignal {
  return { ...resultOf('data', kind, window, 1), pValue: null, feature: 'f1', statistic: 0.9 };
}

const shown: fc.Arbitrary<Shown> = fc.record({
  data: fc.constantFrom(0.8, 0.5, 0.1, 1e-4, 1e-9),
  concept: fc.constantFrom(0.8, 0.5, 0.1, 1e-4, 1e-9),
  faults: fc.uniqueArray(fc.constantFrom(...FAULT_KINDS), { maxLength: 3 }),
});

test('what explains a verdict changes nothing else of it', () => {
  fc.assert(
    fc.property(fc.array(shown, { minLength: 1, maxLength: 20 }), (windows) => {
      const withoutCauses = (verdicts: readonly DriftVerdict[]) =>
        verdicts.map(({ causes: _, ...verdict }) => verdict);
      assert.deepEqual(withoutCauses(verdictsOn(windows, true)), withoutCauses(verdictsOn(windows, false)));
    }),
  );
});

test('a fault in every window of a quiet stream is told and calls none of them drifted', () => {
  const quiet: Shown = { data: 0.5, concept: 0.5, faults: ['duplicates'] };
  const verdicts = verdictsOn(new Array<Shown>(30).fill(quiet), true);
  assert.ok(verdicts.every(({ state, causes }) => state === 'stable' && causes?.[0]?.kind === 'duplicates'));
});

test('drift beside a fault asks for no version until the fault has been there for twelve windows', () => {
  const before: Shown = { data: 0.5, concept: 0.5, faults: [] };
  const broken: Shown = { data: 1e-9, concept: 1e-9, faults: ['unit'] };
  const windows = [...new Array<Shown>(4).fill(before), ...new Array<Shown>(16).fill(broken)];
  const asked = verdictsOn(windows, true, true).find(({ action }) => action === 'retrain');
  assert.equal(asked?.windowStart, 15 * LENGTH);
  const unexplained = verdictsOn(windows, false, true).find(({ action }) => action === 'retrain');
  assert.ok((unexplained?.windowStart ?? Infinity) < 8 * LENGTH);
});
