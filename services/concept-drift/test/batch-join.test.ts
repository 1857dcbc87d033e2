import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusRecord } from '@driftloop/bus';
import type { PredictionRow } from '@driftloop/warehouse';
import { createBatchJoin } from '../src/join/batch-join.ts';

function label(model: string, requestId: string): BusRecord<'inference.labels'> {
  const value = { requestId, model, label: 1, eventTime: 0 };
  return { partition: 0, offset: 0, timestamp: 0, key: requestId, value } as BusRecord<'inference.labels'>;
}

function createJoin() {
  const calls: [string, readonly string[]][] = [];
  const join = createBatchJoin({
    async answersFor(model, requestIds) {
      calls.push([model, requestIds]);
      return new Map(requestIds.map((id) => [id, { requestId: id } as PredictionRow]));
    },
  });
  return { join, calls };
}

test('a batch is joined once per model, however many chunks it is cut into', async () => {
  const { join, calls } = createJoin();
  await join.prepare(3, [label('m', 'a'), label('n', 'x'), label('m', 'b')]);
  assert.deepEqual(calls, [
    ['m', ['a', 'b']],
    ['n', ['x']],
  ]);
  const chunk = join.of(3);
  assert.equal((await chunk.answersFor('m', ['a'])).has('a'), true);
  assert.equal((await chunk.answersFor('m', ['b'])).has('b'), true);
  assert.equal((await chunk.answersFor('n', ['x'])).has('x'), true);
  assert.equal(calls.length, 2);
});

test('batches of other partitions, and later ones, do not mix', async () => {
  const { join, calls } = createJoin();
  await join.prepare(0, [label('m', 'a')]);
  await join.prepare(1, [label('m', 'b')]);
  assert.equal((await join.of(0).answersFor('m', ['a'])).has('a'), true);
  await join.prepare(0, [label('m', 'c')]);
  const found = await join.of(0).answersFor('m', ['c']);
  assert.deepEqual([...found.keys()], ['c']);
  assert.equal(calls.length, 3);
});

test('what was not prepared is looked for when it is asked for', async () => {
  const { join, calls } = createJoin();
  assert.equal((await join.of(0).answersFor('m', ['a'])).has('a'), true);
  assert.equal(calls.length, 1);
});
