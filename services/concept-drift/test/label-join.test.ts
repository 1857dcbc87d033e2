import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connections } from '@driftloop/connections';
import type { PredictionRow } from '@driftloop/warehouse';
import { createLabelJoin } from '../src/join/label-join.ts';
import { createRecentAnswers } from '../src/join/recent-answers.ts';
import { answer } from './support/answer.ts';

/** A ClickHouse that knows some answers, and others only after it was waited for; it tells what it was asked. */
function createStore(known: readonly string[], afterWaiting: readonly string[] = []) {
  const asked: string[][] = [];
  let waits = 0;
  const store: Pick<Connections, 'bus' | 'warehouse'> = {
    bus: { offsets: async () => [{ partition: 0, low: 0, high: 7 }] },
    warehouse: {
      async predictionsFor(_model: string, ids: readonly string[]) {
        asked.push([...ids]);
        const here = waits > 0 ? [...known, ...afterWaiting] : known;
        return ids.filter((id) => here.includes(id)).map((id) => row(id));
      },
      async waitForIngest() {
        waits++;
      },
      unserved: async () => [],
    },
  } as unknown as Pick<Connections, 'bus' | 'warehouse'>;
  return { store, asked, waits: () => waits };
}

const row = (requestId: string): PredictionRow => {
  const { model: _, servedAt: __, ...fields } = answer(requestId);
  return { ...fields, role: 'live', rivals: [] };
};

test('answers in memory are found without ClickHouse', async () => {
  const { store, asked } = createStore([]);
  const recent = createRecentAnswers(10);
  recent.add([answer('a'), answer('b')]);
  const found = await createLabelJoin(store, recent, { graceMs: 0 }).answersFor('m', ['a', 'b', 'a']);
  assert.deepEqual([...found.keys()], ['a', 'b']);
  assert.deepEqual(asked, []);
});

test('ClickHouse is asked for those that are not in memory, and only for those', async () => {
  const { store, asked, waits } = createStore(['old']);
  const recent = createRecentAnswers(10);
  recent.add([answer('new')]);
  const found = await createLabelJoin(store, recent, { graceMs: 0 }).answersFor('m', ['old', 'new']);
  assert.deepEqual([...found.keys()].sort(), ['new', 'old']);
  assert.deepEqual(asked, [['old']]);
  assert.equal(waits(), 0);
});

test('a label a little ahead of its answer waits for it in memory, not for ClickHouse', async () => {
  const { store, waits } = createStore([]);
  const recent = createRecentAnswers(10);
  const joined = createLabelJoin(store, recent, { graceMs: 0 }).answersFor('m', ['a']);
  setTimeout(() => recent.add([answer('a')]), 50);
  assert.equal((await joined).has('a'), true);
  assert.equal(waits(), 0);
});

test('before an answer counts as missing, ClickHouse has taken in what Kafka held', async () => {
  const { store, waits } = createStore([], ['late']);
  const join = createLabelJoin(store, createRecentAnswers(10), { graceMs: 0 });
  assert.deepEqual([...(await join.answersFor('m', ['late', 'never'])).keys()], ['late']);
  assert.equal(waits(), 2, 'requests and predictions');
});
