import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSignal, ModelSpec, Signal } from '@driftloop/schemas';
import { createEnsemble } from '../../src/ensemble/ensemble.ts';
import { type ModelState, newModel } from '../../src/ensemble/state.ts';
import type { TestMeaning } from '../../src/signals/window-test.ts';
import { specOf } from '../spec-of.ts';
import { itemWith, labelled, modelWith } from './models.ts';

const meaning = (name: string, more: Partial<TestMeaning> = {}): TestMeaning => ({
  name,
  words: ({ feature }) => `${name} of ${feature}`,
  ...more,
});
const ENSEMBLE = createEnsemble({
  tests: [
    ...[meaning('mean', { fingerprint: 1 }), meaning('accuracy', { isScore: true }), meaning('cbpe')],
    ...[meaning('nulls', { fault: 'nulls', weight: 0 }), meaning('gap', { fault: 'gap', weight: 0 })],
  ],
});

interface Window {
  readonly signal: Signal;
  /** Its number: it begins at so many seconds. */
  readonly number: number;
  /** @default 4 */
  readonly version?: number;
  /** Results. @default one that is no evidence either way */
  readonly items?: readonly Partial<DriftSignal>[];
}

/**
 * Applies windows of a second to a model; its spec has a budget of 1000 windows where nothing else
 * is said.
 */
function judge(model: ModelState, windows: readonly Window[], spec: ModelSpec = specOf({ budget: 1000 })) {
  const state = ENSEMBLE.initial();
  state.models.set('m', model);
  return windows.flatMap(({ signal, number, version = 4, items = [{}] }) =>
    items.flatMap((item, ordinal) => {
      const told: DriftSignal = {
        ...itemWith(),
        model: 'm',
        version,
        windowStart: 1000 * number,
        windowEnd: 1000 * number + 1000,
        signal,
        expected: null,
        detail: '',
        n: 30,
        rival: null,
        eValue: null,
        ordinal,
        total: items.length,
        late: 0,
        ahead: 0,
        through: [{ partition: 0, offset: number }],
        ...item,
      };
      const { verdict, command } = ENSEMBLE.apply(state, told, spec, 77);
      return verdict ? [{ verdict, command }] : [];
    }),
  );
}

test('the history has of each window its inputs, its labels of all versions, and the score of the newest', () => {
  const model = modelWith();
  judge(model, [
    { signal: 'data', number: 0, items: [{ detector: 'mean', feature: 'f0', statistic: 1.5 }] },
    { signal: 'prediction', number: 0, items: [{ detector: 'mean', feature: 'f0', statistic: 9 }] },
    { signal: 'concept', number: 0, version: 3, items: [{ detector: 'accuracy', statistic: 0.5 }] },
    {
      signal: 'concept',
      number: 0,
      items: [
        { detector: 'lag', statistic: 7 },
        { detector: 'accuracy', statistic: 0.75 },
      ],
    },
    { signal: 'concept', number: 1, items: [{ detector: 'lag', statistic: 7 }] },
  ]);
  assert.deepEqual(model.history, [
    labelled(0, 60, {
      ...{ score: 0.75, version: 4, fingerprint: [1.5] },
      inputs: { version: 4, faults: [] },
    }),
    labelled(1000, 30, { version: 4 }),
  ]);
  assert.deepEqual(model.labelsThrough, [{ partition: 0, offset: 1 }]);
});

test('the history has of each window the faults that its inputs show, and by which version', () => {
  const model = modelWith();
  judge(model, [
    {
      ...{ signal: 'data', number: 0, version: 3 },
      items: [
        { detector: 'gap', statistic: 0.5 },
        { detector: 'nulls', feature: 'f0', statistic: 0.4 },
        { detector: 'ks', feature: 'f0', pValue: 1e-9 },
      ],
    },
    { signal: 'concept', number: 0 },
  ]);
  assert.deepEqual(
    model.history.map(({ inputs }) => inputs),
    [{ version: 3, faults: ['nulls', 'gap'] }],
  );
});

test('a window whose labels say nothing of the score leaves the one it has', () => {
  const model = modelWith({ history: [labelled(0, 10, { score: 0.25 })] });
  judge(model, [{ signal: 'concept', number: 0 }]);
  assert.deepEqual(model.history, [labelled(0, 40, { score: 0.25 })]);
});

test('how far labels have been read only labels say, and the newest time no window takes back', () => {
  const model = modelWith({ now: 5000 });
  judge(model, [
    { signal: 'concept', number: 2 },
    { signal: 'data', number: 3 },
  ]);
  assert.deepEqual([model.now, model.labelsThrough], [5000, [{ partition: 0, offset: 2 }]]);
  judge(model, [{ signal: 'prediction', number: 6 }]);
  assert.equal(model.now, 7000);
});

const sure = { detector: 'cbpe', pValue: 1e-9 };

test('evidence is of the live version alone, and grows no further than what decides asks for', () => {
  const spec = specOf({ budget: 10 });
  for (const [signal, most] of [
    ['data', 1000],
    ['prediction', 1000],
    ['concept', 200],
  ] as const) {
    const model = modelWith();
    judge(model, [{ signal, number: 0, version: 3, items: [sure] }], spec);
    assert.deepEqual([model.signals[signal].evidence.value, model.signals[signal].last], [0, null]);
    judge(model, [{ signal, number: 1, items: [sure] }], spec);
    assert.deepEqual(model.signals[signal].evidence, { value: most, since: 1000 });
  }
});

test("of a signal's newest window the 24 strongest results are kept", () => {
  const model = modelWith();
  const items = Array.from({ length: 26 }, (_, i) => ({ feature: `f${i}`, severity: i / 26 }));
  judge(model, [{ signal: 'data', number: 3, items }]);
  const { last } = model.signals.data;
  assert.deepEqual([last?.start, last?.end, last?.n], [3000, 4000, 30]);
  assert.deepEqual(
    last?.items.map(({ feature }) => feature),
    Array.from({ length: 24 }, (_, i) => `f${25 - i}`),
  );
});

test('labels lower the trust in a signal that they contradict; other signals do not', () => {
  const loud = { evidence: { value: 1000, since: 0 } };
  const trustAfter = (signal: Signal) => {
    const model = modelWith({ signals: { prediction: loud } });
    judge(model, [{ signal, number: 1 }]);
    return model.signals.prediction.trust;
  };
  assert.deepEqual([trustAfter('concept'), trustAfter('data')], [0.7, 1]);
});

test('a new version is proven by labels of its own that do not speak against it', () => {
  const after = (concept: { value: number; since: number }, window: Partial<Window> = {}) => {
    const model = modelWith({ state: 'recovering', signals: { concept: { evidence: concept } } });
    return judge(model, [{ signal: 'concept', number: 1, ...window }])[0]?.verdict.state;
  };
  assert.equal(after({ value: 1, since: 0 }), 'stable');
  assert.equal(after({ value: 1.1, since: 0 }), 'recovering');
  assert.equal(after({ value: 0, since: 0 }, { version: 3 }), 'recovering');
  assert.equal(after({ value: 0, since: 0 }, { signal: 'data' }), 'recovering');
});

test('a command gives the four strongest pieces of evidence as its reasons', () => {
  const model = modelWith({
    state: 'drift',
    now: 2000,
    history: [labelled(0, 100), labelled(1000, 100)],
    signals: { concept: { evidence: { value: 2000, since: 0 } } },
  });
  const items = Array.from({ length: 5 }, (_, i) => ({ detector: `t${i}`, pValue: 1e-9 }));
  const [judged] = judge(
    model,
    [{ signal: 'concept', number: 1, items }],
    specOf({ budget: 100, retrain: { minLabels: 1 } }),
  );
  const { verdict, command } = judged ?? assert.fail('a window is complete');
  assert.equal(verdict.evidence.length, 5);
  assert.deepEqual(
    command?.reasons,
    verdict.evidence.slice(0, 4).map(({ text }) => text),
  );
  assert.deepEqual([verdict.action, verdict.commandId], ['retrain', command.commandId]);
});

const HISTORY = [0.9, 0.9, 0.5, 0.5].map((score, i) => labelled(1000 * i, 300, { score }));
/** Evidence that began so many seconds after the start. */
const since = (value: number, seconds: number) => ({ evidence: { value, since: 1000 * seconds } });

/**
 * When a change began, with its bounds in seconds, after a window of inputs from 8 to 9 s that says
 * nothing.
 */
function changeIn(
  signals: NonNullable<NonNullable<Parameters<typeof modelWith>[0]>['signals']>,
  history = HISTORY,
  state: ModelState['state'] = 'recovering',
) {
  const [judged] = judge(modelWith({ state, history, signals }), [{ signal: 'data', number: 8 }]);
  const { changePoint, changePointFrom, changePointTo } =
    judged?.verdict ?? assert.fail('a window is complete');
  return [changePoint, changePointFrom, changePointTo].map((time) => (time === null ? null : time / 1000));
}

test('a change is dated by the scores where labels say at least as much as inputs and answers', () => {
  const byScores = [2, 1, 3];
  assert.deepEqual(changeIn({ data: since(50, 5), concept: since(50, 7) }), byScores);
  assert.deepEqual(changeIn({ data: since(50, 5), concept: since(49, 7) }), [5, 5, 9]);
  assert.deepEqual(changeIn({ prediction: since(50, 6), concept: since(50, 7) }), byScores);
  assert.deepEqual(changeIn({ prediction: since(50, 6), concept: since(49, 7) }), [6, 6, 6]);
});

test('a bare mention by labels dates nothing, and the budget is always enough', () => {
  assert.deepEqual(changeIn({ concept: since(3, 7) }), [2, 1, 3]);
  assert.deepEqual(changeIn({ data: since(1, 5), concept: since(2.9, 7) }), [8, 8, 9]);
  assert.deepEqual(changeIn({ data: since(5000, 5), concept: since(1000, 7) }), [2, 1, 3]);
  assert.deepEqual(changeIn({ data: since(5000, 5), concept: since(999, 7) }), [5, 5, 9]);
});

test('scores of other versions, or of one window, date nothing', () => {
  const strong = { data: since(50, 5), concept: since(60, 7) };
  assert.deepEqual(
    changeIn(
      strong,
      HISTORY.map((record) => ({ ...record, version: 3 })),
    ),
    [5, 5, 9],
  );
  assert.deepEqual(changeIn(strong, HISTORY.slice(0, 1)), [5, 5, 9]);
  const mixed = [
    ...HISTORY.slice(0, 2),
    labelled(2000, 300, { score: 0.1, version: 3 }),
    ...HISTORY.slice(3),
  ];
  assert.deepEqual(changeIn(strong, mixed), [3, 1, 4]);
});

test('without labels the stronger of inputs and answers dates it, up to its newest window', () => {
  const last = { start: 6000, end: 7000, n: 10, items: [] };
  assert.deepEqual(changeIn({ data: since(20, 3), prediction: { ...since(30, 4), last } }), [4, 4, 7]);
  assert.deepEqual(changeIn({ data: since(30, 3), prediction: { ...since(20, 4), last } }), [3, 3, 9]);
});

test('of inputs and answers that say as much the answers date it', () => {
  assert.deepEqual(changeIn({ data: since(30, 3), prediction: since(30, 4) }), [4, 4, 4]);
});

test('a version that is only old is replaced when labels come', () => {
  const asked = (signal: Signal) => {
    const model = modelWith({ versionSince: 1, history: [labelled(0, 100)] });
    const spec = specOf({ budget: 1000, retrain: { minLabels: 1, maxAgeMs: 1000 } });
    return judge(model, [{ signal, number: 5 }], spec)[0]?.verdict.action;
  };
  assert.deepEqual((['data', 'prediction', 'concept'] as const).map(asked), ['none', 'none', 'retrain']);
});

test('a stable model has no change, and one without evidence no date for it', () => {
  const signals = { data: since(50, 5), concept: since(60, 7) };
  assert.deepEqual(changeIn(signals, HISTORY, 'stable'), [null, null, null]);
  // A window of labels of an older version is no evidence about this one.
  const [judged] = judge(modelWith({ state: 'recovering' }), [{ signal: 'concept', number: 1, version: 3 }]);
  assert.deepEqual([judged?.verdict.state, judged?.verdict.changePoint], ['recovering', null]);
  const { verdict } =
    judge(modelWith({ state: 'recovering', signals: { concept: since(2, 7) } }), [
      { signal: 'concept', number: 9, version: 3 },
    ])[0] ?? assert.fail('a window is complete');
  assert.deepEqual([verdict.changePoint, verdict.changePointTo], [7000, 7000]);
});

test('a model of which there was no window yet is stable', () => {
  const { state, version, sequence, signals } = newModel();
  assert.deepEqual([state, version, sequence], ['stable', 0, 0]);
  for (const { trust, evidence } of Object.values(signals)) assert.deepEqual([trust, evidence.value], [1, 0]);
});

test('models do not know of each other, and one that was not seen before begins anew', () => {
  const state = ENSEMBLE.initial();
  assert.equal(state.models.size, 0);
  const signal = {
    ...itemWith(),
    windowStart: 0,
    windowEnd: 1000,
    signal: 'data' as const,
    version: 7,
    n: 1,
  };
  const told = {
    ...signal,
    expected: null,
    detail: '',
    rival: null,
    eValue: null,
    ordinal: 0,
    total: 1,
    late: 0,
    ahead: 0,
    through: [],
  };
  const verdicts = ['a', 'b', 'a'].map(
    (model, i) =>
      ENSEMBLE.apply(
        state,
        { ...told, model, windowStart: 1000 * i, windowEnd: 1000 * i + 1000 },
        specOf({}),
        0,
      ).verdict,
  );
  assert.deepEqual(
    verdicts.map((verdict) => [verdict?.version, verdict?.sequence]),
    [
      [7, 0],
      [7, 0],
      [7, 1],
    ],
  );
  assert.deepEqual([...state.models.keys()], ['a', 'b']);
});
