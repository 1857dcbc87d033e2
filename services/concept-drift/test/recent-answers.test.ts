import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferencePrediction } from '@driftloop/schemas';
import { answer } from '@driftloop/spec/testing';
import { followRecentAnswers } from '../src/join/recent-answers.ts';

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
