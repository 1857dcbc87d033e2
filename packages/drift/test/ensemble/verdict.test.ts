import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likelihoodOf } from '../../src/ensemble/likelihood.ts';
import type { ModelState, SignalWindow } from '../../src/ensemble/state.ts';
import { testTableOf } from '../../src/ensemble/test-table.ts';
import { evidenceOf, type Told, verdictOf } from '../../src/ensemble/verdict.ts';
import type { TestMeaning } from '../../src/signals/window-test.ts';
import { specOf } from '../spec-of.ts';
import { itemWith, modelWith } from './models.ts';

const meaning = (name: string, more: Partial<TestMeaning> = {}): TestMeaning => ({
  name,
  words: ({ feature }) => `${name} says ${feature}`,
  ...more,
});
const TESTS = testTableOf([
  meaning('ks'),
  meaning('accuracy'),
  meaning('beside', { comparesVersions: true }),
]);
const spec = specOf({ budget: 10 });

const window = (start: number, ...items: SignalWindow['items']): SignalWindow => ({
  start,
  end: start + 1000,
  n: 10,
  items,
});
const found = (detector: string, pValue = 1e-9, feature = '') => itemWith({ detector, pValue, feature });
/** Evidence as it stands, last seen in a window. */
const standing = (value: number, last: SignalWindow | null) => ({ evidence: { value, since: 0 }, last });

function evidenceIn(model: ModelState) {
  return evidenceOf(TESTS, model, spec, likelihoodOf(model, spec.drift));
}

test('each signal has its share of the weight, and each of its tests one of that', () => {
  const model = modelWith({
    signals: {
      // Parts 10, 0 and 30.
      data: standing(50, window(1000, found('ks', 1e-9, 'f0'), found('mean'))),
      concept: standing(60, window(2000, found('accuracy'))),
    },
  });
  assert.deepEqual(evidenceIn(model), [
    {
      signal: 'concept',
      detector: 'accuracy',
      feature: '',
      windowStart: 2000,
      weight: 0.75,
      text: 'accuracy says ',
    },
    { signal: 'data', detector: 'ks', feature: 'f0', windowStart: 1000, weight: 0.125, text: 'ks says f0' },
    {
      signal: 'data',
      detector: 'mean',
      feature: '',
      windowStart: 1000,
      weight: 0.125,
      text: 'mean 0 over 10 rows, 0 is the limit',
    },
  ]);
});

test('weights have four digits, and the eight largest are told', () => {
  const names = Array.from({ length: 9 }, (_, i) => `t${i}`);
  const told = evidenceIn(
    modelWith({ signals: { data: standing(50, window(0, ...names.map((name) => found(name)))) } }),
  );
  assert.deepEqual(
    told.map(({ detector, weight }) => [detector, weight]),
    names.slice(0, 8).map((name) => [name, 0.1111]),
  );
});

test('without evidence, or of a signal without a window, nothing is told', () => {
  assert.deepEqual(evidenceIn(modelWith({ signals: { data: standing(0, window(0, found('ks'))) } })), []);
  assert.deepEqual(evidenceIn(modelWith({ signals: { data: standing(50, null) } })), []);
});

const evidence = evidenceIn(
  modelWith({
    signals: { data: standing(50, window(0, ...Array.from({ length: 8 }, (_, i) => found(`t${i}`)))) },
  }),
);

function verdict(
  model: ModelState,
  command?: Parameters<typeof verdictOf>[6],
  changePoint?: Told['changePoint'],
  tests = TESTS,
) {
  const likelihood = likelihoodOf(model, spec.drift);
  const told = { changePoint, evidence, causes: [] };
  return verdictOf(tests, model, spec, { start: 3000, end: 4000 }, likelihood, told, command);
}

test('a verdict says the state, how sure it is, since when, and what was done; each has the next number', () => {
  const model = modelWith({ state: 'drift', sequence: 7, signals: { concept: standing(20, null) } });
  const command = { action: 'retrain', commandId: 'id', restoreVersion: null } as const;
  assert.deepEqual(verdict(model, command, { at: 2000, from: 1000, to: 3000 }), {
    model: 'm',
    version: 4,
    windowStart: 3000,
    windowEnd: 4000,
    sequence: 7,
    state: 'drift',
    likelihood: 0.5,
    confirmedByLabels: true,
    evidence,
    changePoint: 2000,
    changePointFrom: 1000,
    changePointTo: 3000,
    action: 'retrain',
    commandId: 'id',
    causes: [],
  });
  const { sequence, action, commandId, changePoint, changePointFrom, changePointTo } = verdict(model);
  assert.deepEqual([sequence, action, commandId], [8, 'none', null]);
  assert.deepEqual([changePoint, changePointFrom, changePointTo], [null, null, null]);
});

for (const action of ['promote', 'reject'] as const) {
  test(`${action}: what was decided about a candidate is explained by how it did`, () => {
    const rivals = [
      { version: 5, evidence: { value: 20, since: 500 }, text: 'as told', windows: 8, lead: 1 },
    ];
    const command = { action, commandId: 'id', restoreVersion: 5 } as const;
    const told = verdict(modelWith({ rivals }), command);
    assert.deepEqual([told.action, told.evidence.at(-1)?.text, told.evidence.length], [action, 'as told', 8]);
  });
}

test('a version that comes back is explained by what speaks for it, beside the seven strongest pieces', () => {
  const rivals = [
    { version: 2, evidence: { value: 20, since: 500 }, text: 'two does better', windows: 1, lead: 1 },
    { version: 3, evidence: { value: 30, since: null }, text: 'three does better', windows: 1, lead: 1 },
  ];
  const told = (restoreVersion: number, signals = {}) =>
    verdict(modelWith({ rivals, signals }), { action: 'restore', commandId: 'id', restoreVersion }).evidence;
  const piece = { signal: 'concept', detector: 'beside', weight: 0 } as const;
  assert.deepEqual(told(2), [
    ...evidence.slice(0, 7),
    { ...piece, feature: 'version 2', windowStart: 500, text: 'two does better' },
  ]);
  const third = { ...piece, feature: 'version 3', text: 'three does better' };
  assert.deepEqual(told(3).at(-1), { ...third, windowStart: 0 });
  assert.deepEqual(told(3, { concept: { last: window(600) } }).at(-1), { ...third, windowStart: 600 });
  assert.equal(told(5).length, 7);
  // It may have been compared by a test that no longer exists.
  const command = { action: 'restore', commandId: 'id', restoreVersion: 2 } as const;
  const { evidence: unnamed } = verdict(modelWith({ rivals }), command, undefined, testTableOf([]));
  assert.equal(unnamed.at(-1)?.detector, '');
});
