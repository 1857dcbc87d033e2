import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQueryQueue } from '../src/clickhouse/query-queue.ts';

const never = new AbortController().signal;

/** A query that runs until `finish` is called. */
function openQuery(): {
  action: () => Promise<string>;
  began: () => boolean;
  finish: (answer: string) => void;
} {
  let began = false;
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    action: () => {
      began = true;
      return promise;
    },
    began: () => began,
    finish: resolve,
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('runs so many at once, the others in order of arrival', async () => {
  const queue = createQueryQueue({ running: 2, waiting: 10 });
  const queries = Array.from({ length: 5 }, openQuery);
  const answers = queries.map(({ action }) => queue.run(never, action));
  await settle();
  const began = (): boolean[] => queries.map((query) => query.began());
  assert.deepEqual(began(), [true, true, false, false, false]);
  queries[1]?.finish('b');
  assert.equal(await answers[1], 'b');
  assert.deepEqual(began(), [true, true, true, false, false]);
  for (const query of queries) query.finish('x');
  assert.deepEqual(await Promise.all(answers), ['x', 'b', 'x', 'x', 'x']);
  await queue.idle();
});

test('refuses what exceeds the line, and takes more when the line is shorter', async () => {
  const queue = createQueryQueue({ running: 1, waiting: 1 });
  const [first, second, third] = [openQuery(), openQuery(), openQuery()];
  const running = queue.run(never, first.action);
  const waiting = queue.run(never, second.action);
  await assert.rejects(queue.run(never, third.action), { code: 202, message: /1 run and 1 wait/ });
  first.finish('1');
  await running;
  await settle();
  const later = queue.run(never, third.action);
  second.finish('2');
  third.finish('3');
  assert.deepEqual(await Promise.all([waiting, later]), ['2', '3']);
});

test('a query whose client has gone never begins, and one that fails makes room', async () => {
  const queue = createQueryQueue({ running: 1, waiting: 5 });
  const first = openQuery();
  const failing = queue.run(never, async () => {
    await first.action();
    throw new Error('failed');
  });
  const gone = new AbortController();
  const abandoned = openQuery();
  const waiting = queue.run(gone.signal, abandoned.action);
  gone.abort();
  await assert.rejects(waiting, { code: 236 });
  first.finish('');
  await assert.rejects(failing, /failed/);
  assert.equal(await queue.run(never, async () => 'next'), 'next');
  assert.equal(abandoned.began(), false);
  await queue.idle();
});
