import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServedAnswers } from '../src/index.ts';
import { answer } from './answer.ts';

test('the first answer that was served to a request counts, and those in shadow that came before it go with it', () => {
  const answers = createServedAnswers(10);
  const shadow = (version: number, predicted: number) => answer('a', { role: 'shadow', version, predicted });
  answers.add([shadow(1, 0), shadow(7, 1)]);
  assert.equal(answers.find('m', 'a', 0), undefined);
  answers.add([shadow(1, 1), answer('a', { version: 2 }), shadow(8, 1)]);
  answers.add([answer('a', { version: 3 }), answer('b', { role: 'canary', version: 4 })]);
  assert.equal(answers.find('m', 'a', 0)?.version, 2);
  assert.deepEqual(answers.find('m', 'a', 0)?.rivals, [
    { version: 1, predicted: 0 },
    { version: 7, predicted: 1 },
  ]);
  assert.equal(answers.find('m', 'b', 0)?.role, 'canary');
  assert.deepEqual(answers.find('m', 'b', 0)?.rivals, []);
  assert.equal(answers.find('m', 'c', 0), undefined);
});

const use = (requestTime: number, version: number, requestOffset = requestTime) =>
  answer('again', { requestTime, requestOffset, version });

test('of an id that is used again a label is about the newest request that had come by then', () => {
  const answers = createServedAnswers(10);
  answers.add([use(10, 1), use(30, 3), use(20, 2)]);
  const found = [5, 10, 19, 20, 29, 30, 1e12].map((time) => answers.find('m', 'again', time)?.version);
  assert.deepEqual(found, [1, 1, 1, 2, 2, 3, 3]);
});

test('which answer is found does not depend on how those of several partitions came', () => {
  const uses = [use(10, 1, 7), use(10, 2, 8), use(20, 3), use(20, 4, 19), use(-1, 5)];
  const finds = (order: readonly number[]) => {
    const answers = createServedAnswers();
    answers.add(order.map((i) => uses[i] as (typeof uses)[0]));
    return [-1, 0, 10, 20].map((time) => answers.find('m', 'again', time)?.version);
  };
  const expected = [5, 5, 2, 3];
  for (const order of [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [2, 0, 4, 1, 3],
    [3, 4, 1, 0, 2],
  ])
    assert.deepEqual(finds(order), expected);
});

test('what was said in shadow belongs to one request of an id that is used again', () => {
  const answers = createServedAnswers(10);
  answers.add([use(10, 1), { ...use(20, 9), role: 'shadow' }, use(20, 2), { ...use(10, 8), role: 'shadow' }]);
  assert.deepEqual(answers.find('m', 'again', 10)?.rivals, []);
  assert.deepEqual(answers.find('m', 'again', 20)?.rivals, [{ version: 9, predicted: 1 }]);
});

test('answers go one by one, also those of an id that is used again', () => {
  const answers = createServedAnswers(2);
  answers.add([use(10, 1), use(20, 2), use(30, 3)]);
  assert.equal(answers.find('m', 'again', 10)?.version, 2);
  answers.add([answer('b', { requestTime: 31 })]);
  assert.equal(answers.find('m', 'again', 20)?.version, 3);
  answers.add([answer('c', { requestTime: 32 })]);
  assert.equal(answers.find('m', 'again', 30), undefined);
});

test('the oldest go when there are more than may be kept', () => {
  const answers = createServedAnswers(3);
  for (const id of ['a', 'b', 'c', 'd', 'e']) answers.add([answer(id)]);
  const kept = ['a', 'b', 'c', 'd', 'e'].filter((id) => answers.find('m', id, 0) !== undefined);
  assert.deepEqual(kept, ['c', 'd', 'e']);
});

test('all are kept where nothing is said', () => {
  const answers = createServedAnswers();
  answers.add(Array.from({ length: 60_000 }, (_, i) => answer(`r${i}`)));
  assert.equal(answers.find('m', 'r0', 0)?.version, 1);
});

test('an answer says when its request came, by the log', () => {
  const answers = createServedAnswers();
  answers.add([answer('a', { requestTime: 1_700_000_000_000 })]);
  assert.equal(answers.find('m', 'a', 0)?.requestTime, 1_700_000_000_000);
});

test('ids with any characters stay apart between models', () => {
  const answers = createServedAnswers(10);
  answers.add([answer('b/c', { model: 'a', version: 1 }), answer('c', { model: 'a/b', version: 2 })]);
  assert.equal(answers.find('a', 'b/c', 0)?.version, 1);
  assert.equal(answers.find('a/b', 'c', 0)?.version, 2);
});

test('an answer that is kept does not keep what was fetched with it', () => {
  const fetched = new Float32Array(1000).fill(0.5);
  const answers = createServedAnswers(10);
  answers.add([answer('a', { outputs: fetched.subarray(10, 12) })]);
  const { outputs } = answers.find('m', 'a', 0) ?? assert.fail('the answer is not kept');
  assert.deepEqual([...outputs], [0.5, 0.5]);
  assert.notEqual(outputs.buffer, fetched.buffer);
});

test('what was said in shadow takes no place any more once the request has its answer', () => {
  const answers = createServedAnswers(2);
  const shadow = (id: string) => answer(id, { role: 'shadow', version: 9 });
  answers.add([shadow('a'), shadow('b'), answer('b'), shadow('c'), answer('a')]);
  assert.equal(answers.find('m', 'a', 0)?.rivals.length, 1);
});

test('what was said in shadow to requests without an answer is limited too', () => {
  const answers = createServedAnswers(2);
  const shadow = (id: string) => answer(id, { role: 'shadow', version: 9 });
  answers.add(['a', 'b', 'c'].map(shadow));
  answers.add(['a', 'b', 'c'].map((id) => answer(id)));
  // The answer to 'a' went as well: two are kept.
  assert.equal(answers.find('m', 'a', 0), undefined);
  assert.equal(answers.find('m', 'c', 0)?.rivals.length, 1);
  const others = createServedAnswers(2);
  others.add(['a', 'b', 'c'].map(shadow));
  others.add([answer('a')]);
  assert.deepEqual(others.find('m', 'a', 0)?.rivals, []);
});

test('an answer that is served makes room for what others say in shadow', () => {
  const answers = createServedAnswers(2);
  const shadow = (id: string) => answer(id, { role: 'shadow', version: 9 });
  answers.add([shadow('a'), answer('a'), shadow('b'), shadow('c'), answer('b'), answer('c')]);
  assert.equal(answers.find('m', 'b', 0)?.rivals.length, 1);
});
