import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restored } from '../../src/ensemble/restored.ts';
import type { ModelState } from '../../src/ensemble/state.ts';
import { itemWith, labelled, modelWith } from './models.ts';

const last = { start: 0, end: 1000, n: 10, items: [itemWith({ feature: 'f0', severity: 0.5 })] };
const collecting = { start: 1000, end: 2000, version: 4, n: 10, items: [itemWith({ feature: 'f1' })] };
const MODEL = modelWith({
  state: 'warning',
  sequence: 3,
  now: 1000,
  history: [labelled(0, 10)],
  labelsThrough: [{ partition: 0, offset: 5 }],
  signals: {
    data: { last, collecting, trust: 0.5, taken: { end: 1000, version: 4 } },
    prediction: { last: { ...last, n: 11 } },
    concept: { collecting: { ...collecting, n: 12 } },
  },
});

test('a state that was saved is restored as it was', () => {
  assert.deepEqual(restored(JSON.parse(JSON.stringify(MODEL))), MODEL);
});

test('fields that an older version did not know are those of a new model', () => {
  const { rivals, askedBack, awaited, promoted, rejected, credit, ...older } = MODEL;
  assert.deepEqual(restored(older as ModelState), MODEL);
});

test('a rival that an older version saved has been compared in no window that is known of', () => {
  const rival = { version: 1, evidence: { value: 3, since: 0 }, text: 'better', windows: 0, lead: 0 };
  const { windows, lead, ...older } = rival;
  const saved = { ...MODEL, rivals: [older] } as unknown as ModelState;
  assert.deepEqual(restored(saved), { ...MODEL, rivals: [rival] });
});

test('numbers that JSON does not know are ones that it does', () => {
  const spoilt = { ...itemWith(), statistic: null, severity: null } as unknown as ReturnType<typeof itemWith>;
  const { data } = restored(
    modelWith({
      signals: {
        data: { last: { ...last, items: [spoilt] }, collecting: { ...collecting, items: [spoilt] } },
      },
    }),
  ).signals;
  assert.deepEqual([data.last?.items, data.collecting?.items], [[itemWith()], [itemWith()]]);
});
