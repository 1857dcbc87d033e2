import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStage, faultsOf, runSeed } from '../src/simulate.ts';
import { digestOf } from './digest.ts';

test('a seed gives the same history down to the byte, another seed another one', async () => {
  const stage = await createStage(1, 0.25);
  const first = await runSeed(7, stage);
  const again = await runSeed(7, stage);
  const other = await runSeed(8, stage);
  assert.equal(digestOf(again.outcome.broker), digestOf(first.outcome.broker));
  assert.deepEqual(again.outcome.ends, first.outcome.ends);
  assert.deepEqual(again.differences, first.differences);
  assert.notEqual(digestOf(other.outcome.broker), digestOf(first.outcome.broker));
});

test('nothing in a run asks for the time, randomness or timers of this machine', async (t) => {
  const stage = await createStage(1, 0.25);
  const refuse = (what: string) => () => {
    throw new Error(`the simulation asked for ${what}`);
  };
  t.mock.method(Date, 'now', refuse('Date.now'));
  t.mock.method(performance, 'now', refuse('performance.now'));
  t.mock.method(Math, 'random', refuse('Math.random'));
  t.mock.method(globalThis, 'setTimeout', refuse('setTimeout'));
  t.mock.method(globalThis, 'setInterval', refuse('setInterval'));
  const { outcome } = await runSeed(3, stage);
  t.mock.restoreAll();
  assert.equal(outcome.restless, undefined);
});

test('faults come from the seed', async () => {
  const stage = await createStage(1, 0.25);
  assert.deepEqual(faultsOf(5, stage), faultsOf(5, stage));
  assert.notDeepEqual(faultsOf(6, stage), faultsOf(5, stage));
});
