import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeadLetter, InferencePrediction } from '@driftloop/schemas';
import { createAnswers } from '../../src/answers/answers.ts';

const prediction = (model: string, requestId: string, fields: Partial<InferencePrediction> = {}) => ({
  requestId,
  model,
  version: 1,
  eventTime: 5,
  servedAt: 6,
  outputs: Float32Array.of(0.25, 0.75),
  predicted: 1,
  role: 'live' as const,
  requestPartition: 0,
  requestOffset: 0,
  requestTime: 5,
  ...fields,
});

/** A dead letter of a request whose record begins with its id and model, as Avro has them. */
function letter(model: string, requestId: string, fields: Partial<DeadLetter> = {}): DeadLetter {
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    const twice = bytes.length * 2;
    return Buffer.concat([
      twice < 128 ? Buffer.from([twice]) : Buffer.from([(twice % 128) + 128, twice >> 7]),
      bytes,
    ]);
  };
  return {
    topic: 'inference.requests',
    partition: 0,
    offset: 0,
    key: Buffer.from(requestId),
    value: Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), text(requestId), text(model), Buffer.from([2, 0])]),
    code: 'FEATURE_NOT_FINITE',
    reason: 'it is not',
    service: 'inference',
    at: 0,
    ...fields,
  };
}

test('outcomes come in the order of the ids, whoever is first', async () => {
  const answers = createAnswers(10);
  const { outcomes } = answers.expect('m', ['a', 'b']);
  answers.answered([prediction('m', 'b', { version: 2 })]);
  answers.refused([letter('m', 'a')]);
  const [a, b] = await outcomes;
  assert.deepEqual(a, { type: 'refused', code: 'FEATURE_NOT_FINITE', reason: 'it is not' });
  assert.equal(b?.type === 'answered' && b.answer.version, 2);
});

test('a shadow says nothing, a canary does, and the first answer counts', async () => {
  const answers = createAnswers(10);
  const { outcomes } = answers.expect('m', ['a']);
  answers.answered([prediction('m', 'a', { role: 'shadow', version: 9 })]);
  assert.equal(answers.find('m', 'a'), 'waiting');
  answers.answered([
    prediction('m', 'a', { role: 'canary', version: 2 }),
    prediction('m', 'a', { version: 3 }),
  ]);
  const [outcome] = await outcomes;
  assert.ok(outcome?.type === 'answered');
  assert.deepEqual([outcome.answer.role, outcome.answer.version], ['canary', 2]);
  assert.equal(answers.find('m', 'a'), outcome);
});

for (const name of ['m', 'Größe', 'x'.repeat(90)]) {
  test(`ids are one model's: what is said of another one's request is not told (${name.slice(0, 9)})`, async () => {
    const answers = createAnswers(10);
    const mine = answers.expect(name, ['a']);
    const theirs = answers.expect(`${name}2`, ['a']);
    answers.refused([
      letter(name, 'a'),
      letter(name, 'a', { topic: 'inference.labels', code: 'LABEL_INVALID' }),
    ]);
    answers.answered([prediction(`${name}2`, 'a')]);
    assert.equal((await mine.outcomes)[0]?.type, 'refused');
    assert.equal((await theirs.outcomes)[0]?.type, 'answered');
  });
}

test('a dead letter whose record was too large to be kept counts by its key', async () => {
  const answers = createAnswers(10);
  const { outcomes } = answers.expect('m', ['a']);
  answers.refused([letter('m', 'a', { value: null })]);
  assert.equal((await outcomes)[0]?.type, 'refused');
});

test('only so many are remembered, but whoever waits is not forgotten', async () => {
  const answers = createAnswers(2);
  const { outcomes } = answers.expect('m', ['a']);
  for (const id of ['b', 'c', 'd']) answers.expect('m', [id]).forget();
  assert.equal(answers.find('m', 'a'), undefined);
  assert.deepEqual(['a', 'b', 'c', 'd', 'e'].map(answers.isAwaited), [true, false, true, true, false]);
  answers.answered([prediction('m', 'a')]);
  assert.equal((await outcomes)[0]?.type, 'answered');
  assert.equal(answers.isAwaited('a'), false);
});

test('two who wait for the same request are both told; closing tells all who wait', async () => {
  const answers = createAnswers(10);
  const both = [answers.expect('m', ['a']), answers.expect('m', ['a'])];
  answers.answered([prediction('m', 'a')]);
  for (const { outcomes } of both) assert.equal((await outcomes)[0]?.type, 'answered');
  const { outcomes } = answers.expect('m', ['b']);
  answers.close();
  await assert.rejects(outcomes, { code: 'GATEWAY_STOPPING' });
});
