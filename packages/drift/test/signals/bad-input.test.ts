import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { buildReferenceProfile, createReducer, TEST_NAMES, WINDOW_TESTS } from '../../src/index.ts';
import { shapeOf } from '../../src/layout/input-layout.ts';
import { outputShapeOf } from '../../src/layout/output-layout.ts';
import { CONCEPT_SIGNAL } from '../../src/signals/concept/index.ts';
import { DATA_SIGNAL } from '../../src/signals/data/index.ts';
import { PREDICTION_SIGNAL } from '../../src/signals/prediction/index.ts';
import { answersOf, chunkOf, contextOf, rowsOf, signalsFrom, specOf } from '../fixtures.ts';

const ROWS = 120;
/** Every test there is, streaming detectors too. */
const spec = specOf({
  numeric: 2,
  categorical: true,
  detectors: Object.values(TEST_NAMES).flat(),
  limits: [{ metric: 'accuracy', value: 0.01 }],
});
const SIGNALS: readonly Signal[] = ['data', 'prediction', 'concept'];
const C = 2;

type Change = (data: LabelledRows) => LabelledRows;

function column(feature: number, value: (row: number) => number): Change {
  return (data) => {
    const features = data.features.slice();
    for (let row = 0; row < data.rows; row++) features[row * data.width + feature] = value(row);
    return { ...data, features };
  };
}

const same: Change = (data) => data;
/** The model answers by f0, which stays as it is. */
const missing = column(1, () => Number.NaN);
const infinite = column(1, (row) => (row % 2 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY));
const constant = column(1, () => 7);
const oneCategory = column(C, () => 1);
const unseen = column(C, () => 9);

interface Case {
  readonly reference: Change;
  readonly referenceRows?: number;
  readonly window: Change;
  readonly windowRows?: number;
  /** What is called drift, and nothing else. */
  readonly drifted: readonly string[];
  /** Tests that have nothing to compare with. */
  readonly silent?: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'nothing special': { reference: same, window: same, drifted: [] },
  'a constant feature in both': { reference: constant, window: constant, drifted: [] },
  'a constant feature that varies now': {
    reference: constant,
    window: same,
    drifted: ['ks f1', 'psi f1', 'mean f1', 'mmd', 'pca'],
  },
  'a feature that is constant now': {
    reference: same,
    window: constant,
    drifted: ['ks f1', 'psi f1', 'mean f1', 'mmd', 'pca'],
  },
  'a feature that is all missing in both': { reference: missing, window: missing, drifted: [] },
  'a feature that is all missing now': {
    reference: same,
    window: missing,
    drifted: ['psi f1', 'missing f1'],
  },
  'a feature that was all missing': { reference: missing, window: same, drifted: ['psi f1', 'mmd', 'pca'] },
  'infinities in both': { reference: infinite, window: infinite, drifted: [] },
  'infinities now': { reference: same, window: infinite, drifted: ['psi f1', 'missing f1', 'mmd', 'pca'] },
  'one category in both': { reference: oneCategory, window: oneCategory, drifted: [] },
  'one category now': { reference: same, window: oneCategory, drifted: ['psi c', 'chi2 c', 'mmd'] },
  'a category never seen': { reference: same, window: unseen, drifted: ['psi c', 'chi2 c', 'mmd', 'pca'] },
  'a category never seen, where there was one': {
    reference: oneCategory,
    window: unseen,
    drifted: ['psi c', 'chi2 c', 'mmd', 'pca'],
  },
  'a reference of one row': {
    reference: same,
    referenceRows: 1,
    window: same,
    drifted: [],
    silent: ['mmd', 'pca'],
  },
  'a window of one row': { reference: same, window: same, windowRows: 1, drifted: [] },
  'a window of one row of nothing': { reference: same, window: missing, windowRows: 1, drifted: [] },
};

function tested({ reference, referenceRows = 2000, window, windowRows = ROWS }: Case) {
  const random = createRandom(14);
  const past = rowsOf(spec, referenceRows, createRandom(13));
  const profile = buildReferenceProfile({ spec, data: reference(past), outputs: answersOf(past) });
  const context = contextOf(spec, profile);
  const now = window(rowsOf(spec, windowRows, random));
  const times = Array.from({ length: windowRows }, (_, i) => i);
  return SIGNALS.flatMap((signal) => {
    const reducer = createReducer(signal);
    const state = reducer.initial();
    const place = { partition: 0, chunkStart: 0, chunkEnd: 1000 };
    const end = { partition: 0, chunkStart: 1000, chunkEnd: 2000 };
    return [
      ...chunkOf(signal, context, place, now, times),
      ...chunkOf(signal, context, end, rowsOf(spec, 1, random), [5000]),
    ].flatMap((sketch) => signalsFrom(reducer, state, sketch, context));
  });
}

/** Tests of embeddings and texts, which these models do not have: see text-and-vectors.test.ts. */
const OTHER_KINDS = ['vectors', 'words'];
/** Tests that speak only of what they find: see test/faults. */
const OF_FINDINGS = WINDOW_TESTS.flatMap(({ name, fault }) => (fault ? [name] : [])).concat('segment');

for (const [name, given] of Object.entries(CASES)) {
  test(`${name}: every test answers with numbers, and drift is where it should be`, () => {
    const signals = tested(given);
    for (const { detector, feature, statistic, pValue, threshold, expected, severity } of signals) {
      const numbers = [statistic, pValue ?? 0, threshold, expected ?? 0, severity];
      assert.ok(numbers.every(Number.isFinite), `${detector} ${feature}: ${numbers}`);
      assert.ok(severity >= 0 && severity <= 1 && (pValue ?? 0) >= 0 && (pValue ?? 0) <= 1);
    }
    const drifted = signals
      .filter((signal) => signal.drifted)
      .map(({ detector, feature }) => `${detector} ${feature}`.trim());
    assert.deepEqual(drifted, given.drifted);
    const silent = Object.values(TEST_NAMES)
      .flat()
      .filter((detector) => !OTHER_KINDS.includes(detector) && !OF_FINDINGS.includes(detector))
      .filter((detector) => !signals.some((signal) => signal.detector === detector));
    assert.deepEqual(silent, given.silent ?? []);
  });
}

test('an empty window: every test answers, and none calls it drift', () => {
  const data = rowsOf(spec, 500, createRandom(1));
  const profile = buildReferenceProfile({ spec, data, outputs: answersOf(data) });
  const window = { spec, version: 1, profile, start: 0, end: 1000, n: 0 };
  const found = [
    DATA_SIGNAL.test({ ...window, content: new Float64Array(shapeOf(profile.layout).length) }, {}),
    PREDICTION_SIGNAL.test(
      { ...window, content: new Float64Array(outputShapeOf(profile.outputs.layout).length) },
      {},
    ),
    CONCEPT_SIGNAL.test({ ...window, content: [] }, {}),
  ].flatMap(({ findings }) => findings);
  for (const { detector, statistic, pValue, threshold, drifted } of found) {
    assert.ok([statistic, pValue ?? 0, threshold].every(Number.isFinite), detector);
    assert.equal(drifted, false, detector);
  }
  assert.ok(found.length > 20);
});
