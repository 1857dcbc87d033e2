import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessEnded } from '../src/sessions/ending.ts';
import { createGuardedRun } from '../src/sessions/guarded-run.ts';
import type { RunResult } from '../src/sessions/protocol.ts';

/** Rows of this value end the process; every call's rows are noted. */
const POISON = 666;

function setUp(mostTogether = Number.POSITIVE_INFINITY) {
  const calls: number[][] = [];
  let now = 0;
  const run = createGuardedRun({
    width: 1,
    outputWidth: 1,
    rowsPerCall: 8,
    now: () => now,
    onEnded: () => {},
    async call(features, rows): Promise<RunResult> {
      const values = [...features.subarray(0, rows)];
      calls.push(values);
      if (values.includes(POISON) || rows > mostTogether) {
        now += 600;
        throw new ProcessEnded({ code: 'PREDICTION_DEADLINE', reason: 'it took too long' }, 600);
      }
      const outputs = Float32Array.from(values);
      return { outputs, outputWidth: 1, predicted: outputs, failures: [], runMs: 1 };
    },
  });
  return {
    run: (values: number[]) => run(Float32Array.from(values), values.length),
    calls,
    pass: (ms: number) => (now += ms),
  };
}

const from = (count: number) => Array.from({ length: count }, (_, index) => index);

test('rows are run in calls of the length that loading has shown', async () => {
  const { run, calls } = setUp();
  const result = await run(from(20));
  assert.deepEqual([...result.predicted], from(20));
  assert.deepEqual(
    calls.map(({ length }) => length),
    [8, 8, 4],
  );
});

test('a row that ends the process is lost alone, in whatever call it is', async () => {
  for (const at of [0, 7, 8, 19]) {
    const { run } = setUp();
    const values = from(20).map((value) => (value === at ? POISON : value));
    const { failures, predicted } = await run(values);
    assert.deepEqual(
      failures.map(({ row, code }) => [row, code]),
      [[at, 'PREDICTION_DEADLINE']],
    );
    assert.deepEqual(
      [...predicted].filter((_, row) => row !== at),
      from(20).filter((row) => row !== at),
    );
  }
});

test('rows that are too much together only, are run in shorter calls from then on', async () => {
  const { run, calls } = setUp(3);
  assert.deepEqual((await run(from(8))).failures, []);
  calls.length = 0;
  assert.deepEqual((await run(from(8))).failures, []);
  assert.ok(calls.every(({ length }) => length === 1));
});

test('a version that ends its process again and again is held back, and tried again later', async () => {
  const { run, calls, pass } = setUp();
  const all = await run(Array.from({ length: 100 }, () => POISON));
  assert.equal(all.failures.length, 100);
  const tried = all.failures.filter(({ code }) => code === 'PREDICTION_DEADLINE').length;
  assert.ok(tried >= 5 && tried <= 10, `${tried} rows were tried`);
  assert.deepEqual(new Set(all.failures.slice(-80).map(({ code }) => code)), new Set(['PREDICTION_HELD']));
  calls.length = 0;
  assert.equal((await run([1])).failures[0]?.code, 'PREDICTION_HELD');
  assert.equal(calls.length, 0);
  pass(60_000);
  assert.deepEqual((await run([1])).failures, []);
});

test('an error that is no ending is thrown', async () => {
  const run = createGuardedRun({
    width: 1,
    outputWidth: 1,
    rowsPerCall: 8,
    now: () => 0,
    onEnded: () => {},
    call: () => Promise.reject(new Error('a bug')),
  });
  await assert.rejects(run(Float32Array.of(1), 1), /a bug/);
});

test('a row whose process is killed from outside is tried again, one that crashes it twice is not', async () => {
  const crash = () => new ProcessEnded({ code: 'RUNTIME_CRASHED', reason: 'it ended' }, 1);
  for (const [crashes, failures] of [
    [1, []],
    [2, ['RUNTIME_CRASHED']],
  ] as const) {
    let left: number = crashes;
    const run = createGuardedRun({
      width: 1,
      outputWidth: 1,
      rowsPerCall: 8,
      now: () => 0,
      onEnded: () => {},
      async call(features): Promise<RunResult> {
        if (left-- > 0) throw crash();
        return { outputs: features, outputWidth: 1, predicted: features, failures: [], runMs: 1 };
      },
    });
    const result = await run(Float32Array.of(4), 1);
    assert.deepEqual(
      result.failures.map(({ code }) => code),
      failures,
    );
  }
});
