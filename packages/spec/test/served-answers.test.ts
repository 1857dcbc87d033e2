import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServedAnswers } from '../src/index.ts';
import { answer } from './answer.ts';

test('the first answer that was served to a request counts, and those in shadow that came before it go with it', () => {
  const answers = createServedAnswers(10);
  const shadow = (version: number, predicted: number) => answer('a', { role: 'shadow', version, predicted });
  answers.add([shadow(1, 0), shadow(7, 1)]);
  assert.equal(answers.find('m', 'a'), undefined);
  answers.add([shadow(1, 1), answer('a', { version: 2 }), shadow(8, 1)]);
  answers.add([answer('a', { version: 3 }), answer('b', { role: 'canary', version: 4 })]);
  assert.equal(answers.find('m', 'a')?.version, 2);
  assert.deepEqual(answers.find('m', 'a')?.rivals, [
    { version: 1, predicted: 0 },
    { version: 7, predicted: 1 },
  ]);
  assert.equal(answers.find('m', 'b')?.role, 'canary');
  assert.deepEqual(answers.find('m', 'b')?.rivals, []);
  assert.equal(answers.find('m', 'c'), undefined);
});

test('the oldest go when there are more than may be kept', () => {
  const answers = createServedAnswers(3);
  for (const id of ['a', 'b', 'c', 'd', 'e']) answers.add([answer(id)]);
  const kept = ['a', 'b', 'c', 'd', 'e'].filter((id) => answers.find('m', id) !== undefined);
  assert.deepEqual(kept, ['c', 'd', 'e']);
});

test('all are kept where nothing is said', () => {
  const answers = createServedAnswers();
  answers.add(Array.from({ length: 60_000 }, (_, i) => answer(`r${i}`)));
  assert.equal(answers.find('m', 'r0')?.version, 1);
});

test('an answer says when its request came, by the log', () => {
  const answers = createServedAnswers();
  answers.add([answer('a', { requestTime: 1_700_000_000_000 })]);
  assert.equal(answers.find('m', 'a')?.requestTime, 1_700_000_000_000);
});

test('ids with any characters stay apart between models', () => {
  const answers = createServedAnswers(10);
  answers.add([answer('b/c', { model: 'a', version: 1 }), answer('c', { model: 'a/b', version: 2 })]);
  assert.equal(answers.find('a', 'b/c')?.version, 1);
  assert.equal(answers.find('a/b', 'c')?.version, 2);
});

test('an answer that is kept does not keep what was fetched with it', () => {
  const fetched = new Float32Array(1000).fill(0.5);
  const answers = createServedAnswers(10);
  answers.add([answer('a', { outputs: fetched.subarray(10, 12) })]);
  const { outputs } = answers.find('m', 'a') ?? assert.fail('the answer is not kept');
  assert.deepEqual([...outputs], [0.5, 0.5]);
  assert.notEqual(outputs.buffer, fetched.buffer);
});

test('what was said in shadow takes no place any more once the request has its answer', () => {
  const answers = createServedAnswers(2);
  const shadow = (id: string) => answer(id, { role: 'shadow', version: 9 });
  answers.add([shadow('a'), shadow('b'), answer('b'), shadow('c'), answer('a')]);
  assert.equal(answers.find('m', 'a')?.rivals.length, 1);
});

test('what was said in shadow to requests without an answer is limited too', () => {
  const answers = createServedAnswers(2);
  const shadow = (id: string) => answer(id, { role: 'shadow', version: 9 });
  answers.add(['a', 'b', 'c'].map(shadow));
  answers.add(['a', 'b', 'c'].map((id) => answer(id)));
  // The answer to 'a' went as well: two are kept.
  assert.equal(answers.find('m', 'a'), undefined);
  assert.equal(answers.find('m', 'c')?.rivals.length, 1);
  const others = createServedAnswers(2);
  others.add(['a', 'b', 'c'].map(shadow));
  others.add([answer('a')]);
  assert.deepEqual(others.find('m', 'a')?.rivals, []);
});

test('an answer that is served makes room for what others say in shadow', () => {
  const answers = createServedAnswers(2);
  const shadow = (id: string) => answer(id, { role: 'shadow', version: 9 });
  answers.add([shadow('a'), answer('a'), shadow('b'), shadow('c'), answer('b'), answer('c')]);
  assert.equal(answers.find('m', 'b')?.rivals.length, 1);
});
