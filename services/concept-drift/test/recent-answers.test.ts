import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferencePrediction } from '@driftloop/schemas';
import { createRecentAnswers, followRecentAnswers } from '../src/join/recent-answers.ts';
import { answer } from './support/answer.ts';

test('the first answer that was served to a request counts, and those in shadow that came before it go with it', () => {
  const recent = createRecentAnswers(10);
  const shadow = (version: number, predicted: number) => answer('a', { role: 'shadow', version, predicted });
  recent.add([shadow(1, 0), shadow(7, 1)]);
  assert.equal(recent.find('m', 'a'), undefined);
  recent.add([shadow(1, 1), answer('a', { version: 2 }), shadow(8, 1)]);
  recent.add([answer('a', { version: 3 }), answer('b', { role: 'canary', version: 4 })]);
  assert.equal(recent.find('m', 'a')?.version, 2);
  assert.deepEqual(recent.find('m', 'a')?.rivals, [
    { version: 1, predicted: 0 },
    { version: 7, predicted: 1 },
  ]);
  assert.equal(recent.find('m', 'b')?.role, 'canary');
  assert.deepEqual(recent.find('m', 'b')?.rivals, []);
  assert.equal(recent.find('m', 'c'), undefined);
});

test('the oldest go when there are more than may be kept', () => {
  const recent = createRecentAnswers(3);
  for (const id of ['a', 'b', 'c', 'd', 'e']) recent.add([answer(id)]);
  const kept = ['a', 'b', 'c', 'd', 'e'].filter((id) => recent.find('m', id) !== undefined);
  assert.deepEqual(kept, ['c', 'd', 'e']);
});

test('ids with any characters stay apart between models', () => {
  const recent = createRecentAnswers(10);
  recent.add([answer('b/c', { model: 'a', version: 1 }), answer('c', { model: 'a/b', version: 2 })]);
  assert.equal(recent.find('a', 'b/c')?.version, 1);
  assert.equal(recent.find('a/b', 'c')?.version, 2);
});

test('an answer that is kept does not keep what was fetched with it', () => {
  const fetched = new Float32Array(1000).fill(0.5);
  const recent = createRecentAnswers(10);
  recent.add([answer('a', { outputs: fetched.subarray(10, 12) })]);
  const { outputs } = recent.find('m', 'a') ?? assert.fail('the answer is not kept');
  assert.deepEqual([...outputs], [0.5, 0.5]);
  assert.notEqual(outputs.buffer, fetched.buffer);
});

test('of the first request of a partition nothing is kept: what was answered in shadow may have come before', async () => {
  let come: (answers: InferencePrediction[]) => void = () => assert.fail('nobody follows');
  const bus = {
    follow: async (_topic: unknown, onRecords: (records: never[]) => void) => {
      come = (answers) => onRecords(answers.map((value) => ({ value })) as never[]);
      return { health: () => ({ ok: true, lastAnswerAgeMs: 0 }), close: async () => undefined };
    },
  };
  const recent = await followRecentAnswers(bus, 10, (error) => assert.fail(String(error)));
  const at = (requestPartition: number, requestOffset: number) => ({ requestPartition, requestOffset });
  const shadow = { role: 'shadow', version: 9 } as const;
  come([answer('a', { ...shadow, ...at(0, 7) }), answer('a', at(0, 7))]);
  come([answer('b', { ...shadow, ...at(0, 8) })]);
  come([answer('c', at(1, 8)), answer('d', at(1, 9))]);
  come([answer('b', at(0, 8))]);
  assert.equal(recent.find('m', 'a'), undefined);
  assert.deepEqual(recent.find('m', 'b')?.rivals, [{ version: 9, predicted: 1 }]);
  assert.equal(recent.find('m', 'c'), undefined);
  assert.deepEqual(recent.find('m', 'd')?.rivals, []);
  await recent.close();
});
