import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { allocatingModel, crashingModel, loopModel } from '@driftloop/onnx/testing';
import type { ModelTask } from '@driftloop/schemas';
import { predictedOf } from '@driftloop/spec';
import type { SessionModel } from '../src/sessions/protocol.ts';
import { type SessionPool, startSessionPool } from '../src/sessions/session-pool.ts';
import { logisticModel, lookupModel, sumModel } from './fixtures/models.ts';

const modelOf = (
  onnx: Uint8Array,
  width: number,
  task: ModelTask = 'regression',
  name = 'm',
): SessionModel => ({
  name,
  onnx,
  task,
  input: 'x',
  output: 'y',
  width,
  outputWidths: task === 'regression' ? [1] : [2, 1],
});

const SETTINGS = { workers: 2, threads: 1, runRows: 8, rowCpuMs: 300, runMemoryBytes: 200 * 2 ** 20 };
let pool: SessionPool;
before(() => {
  pool = startSessionPool(SETTINGS, { onEnded: () => {} });
});
after(() => pool.close());

test('answers every row, in more than one call where there are many', async () => {
  const session = await pool.load(modelOf(sumModel(3, 0.5), 3));
  const rows = 21;
  const features = Float32Array.from({ length: rows * 3 }, (_, index) => index);
  const result = await session.run(features, rows);
  assert.equal(result.outputWidth, 1);
  assert.deepEqual(
    [...result.outputs],
    Array.from({ length: rows }, (_, row) => 9 * row + 3.5),
  );
  assert.deepEqual(result.predicted, result.outputs);
  assert.deepEqual(result.failures, []);
  await session.release();
});

test('gives the most probable class', async () => {
  const session = await pool.load(modelOf(logisticModel(2), 2, 'binary'));
  const result = await session.run(Float32Array.of(-1, 9, 2, 9), 2);
  assert.deepEqual([...result.predicted], [0, 1]);
  assert.ok(Math.abs((result.outputs[3] ?? 0) - 1 / (1 + Math.exp(-2))) < 1e-6);
  await session.release();
});

test('a row that the model cannot take fails alone', async () => {
  const session = await pool.load(modelOf(lookupModel(), 1));
  const result = await session.run(Float32Array.of(0, 1, 99, 2, -50, 0, 1, 2, 2, 1), 10);
  assert.deepEqual(
    result.failures.map(({ row }) => row),
    [2, 4],
  );
  assert.match(result.failures[0]?.reason ?? '', /index|indices/i);
  assert.deepEqual(
    [...result.predicted].filter((_, row) => row !== 2 && row !== 4),
    [10, 20, 30, 10, 20, 30, 30, 20],
  );
  await session.release();
});

test('an answer that is not finite is a failure', async () => {
  const session = await pool.load(modelOf(sumModel(1, 0), 1));
  const result = await session.run(Float32Array.of(1, Number.NaN, 3e38, 4), 4);
  assert.deepEqual(result.failures, [
    { row: 1, code: 'PREDICTION_FAILED', reason: 'the model answered NaN' },
  ]);
  await session.release();
});

test('a new version goes to another process than the one it replaces', async () => {
  const first = await pool.load(modelOf(sumModel(1, 0), 1));
  const second = await pool.load(modelOf(sumModel(1, 1), 1), first.worker);
  assert.notEqual(second.worker, first.worker);
  await Promise.all([first.release(), second.release()]);
});

test('what is not a model, or another one, is refused and the process goes on', async () => {
  const refused = async (model: SessionModel, pattern: RegExp) =>
    assert.rejects(pool.load(model), (error) => {
      assert.ok(error instanceof DriftloopError && error.code === 'MODEL_INVALID');
      assert.match(error.message, pattern);
      return true;
    });
  await refused(modelOf(Uint8Array.of(1, 2, 3), 1), /cannot load/);
  await refused({ ...modelOf(sumModel(2, 0), 2), output: 'z' }, /x → y, but its manifest says x → z/);
  await refused(modelOf(sumModel(2, 0), 3), /cannot be run on 1 rows of 3 features/);
  await refused({ ...modelOf(logisticModel(2), 2), outputWidths: [1] }, /2 numbers to 1 rows, must be 1/);
  const session = await pool.load(modelOf(sumModel(1, 0), 1));
  assert.deepEqual([...(await session.run(Float32Array.of(4), 1)).outputs], [4]);
  await session.release();
});

for (const [what, onnx, poison, code, reason, rowCpuMs] of [
  ['goes round without end', loopModel(), 1e18, 'PREDICTION_DEADLINE', /300 ms of CPU time/, 300],
  ['fills the memory', allocatingModel(), 4e9, 'PREDICTION_MEMORY', /200 MiB of memory/, 20_000],
  ['crashes ONNX Runtime', crashingModel(), 7, 'RUNTIME_CRASHED', /ended the process .* with SIGFPE/, 20_000],
] as const) {
  test(`a row that ${what} is lost alone, and what waited behind it is answered`, async (t) => {
    const ends: string[] = [];
    const own = startSessionPool(
      { ...SETTINGS, rowCpuMs },
      { onEnded: (_name, ending) => ends.push(ending.code) },
    );
    t.after(() => own.close());
    const session = await own.load(modelOf(onnx, 1, 'regression', 'poisoned'));
    const [result, behind] = await Promise.all([
      session.run(Float32Array.of(1, 2, poison, 3, 4, 5, 6), 7),
      session.run(Float32Array.of(11, 12), 2),
    ]);
    assert.deepEqual(
      result.failures.map(({ row, code }) => [row, code]),
      [[2, code]],
    );
    assert.match(result.failures[0]?.reason ?? '', reason);
    assert.deepEqual(
      [...result.predicted].filter((_, row) => row !== 2),
      [1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual([...behind.predicted], [11, 12]);
    // Once with the others, once alone.
    assert.equal(ends.length, 2);
    assert.equal(ends[1], code);
    await session.release();
  });
}

test('a version that ends a shared process gets one of its own; the others of that process go on', async () => {
  const first = await pool.load(modelOf(crashingModel(), 1, 'regression', 'first'));
  const second = await pool.load(modelOf(crashingModel(), 1, 'regression', 'second'));
  const third = await pool.load(modelOf(crashingModel(), 1, 'regression', 'third'), first.worker);
  assert.equal(third.worker, second.worker, 'there may be two processes');
  const holding = (name: string) => pool.describe().find(({ holds }) => holds.includes(name))?.holds;
  assert.deepEqual(holding('third'), ['second', 'third']);
  const [poisoned, neighbour] = await Promise.all([
    third.run(Float32Array.of(7), 1),
    second.run(Float32Array.of(5), 1),
  ]);
  assert.equal(poisoned.failures[0]?.code, 'RUNTIME_CRASHED');
  assert.deepEqual([...neighbour.predicted], [5]);
  assert.deepEqual(holding('third'), ['third']);
  assert.deepEqual(holding('second'), ['second']);
  assert.deepEqual([...(await third.run(Float32Array.of(9), 1)).predicted], [9]);
  await Promise.all([first, second, third].map((session) => session.release()));
  const processes = pool.describe().filter(({ pid }) => pid !== process.pid);
  assert.equal(processes.length, 2, 'the process of its own is gone with it');
});

test('a process that somebody else ends is replaced; no row is lost', async () => {
  const session = await pool.load(modelOf(loopModel(), 1, 'regression', 'killed'));
  const pid = pool.describe().find(({ holds }) => holds.includes('killed'))?.pid ?? 0;
  // Long enough to be in hand when the signal comes.
  const running = session.run(Float32Array.of(1, 2, 3e4), 3);
  await new Promise(setImmediate);
  process.kill(pid, 'SIGKILL');
  assert.deepEqual((await running).failures, []);
  assert.notEqual(pool.describe().find(({ holds }) => holds.includes('killed'))?.pid, pid);
  await session.release();
});

test('a model that takes too long for one row is refused', async () => {
  const strict = startSessionPool({ ...SETTINGS, rowCpuMs: 0.001 }, { onEnded: () => {} });
  await assert.rejects(strict.load(modelOf(sumModel(1, 0), 1)), /one row takes .* INFERENCE_ROW_CPU_MS/);
  await strict.close();
});

test('a model that crashes while it is loaded is refused, and the process comes back', async () => {
  const crashing = { ...modelOf(crashingModel(), 1), onnx: crashingModel(0) };
  await assert.rejects(pool.load(crashing), (error) => {
    assert.ok(error instanceof DriftloopError && error.code === 'MODEL_INVALID');
    assert.match(error.message, /while it was loaded, it ended the process/);
    return true;
  });
  const session = await pool.load(modelOf(sumModel(1, 0), 1, 'regression', 'next'));
  assert.deepEqual([...(await session.run(Float32Array.of(4), 1)).outputs], [4]);
  await session.release();
});

test('predicted: ties, one output, regression', () => {
  assert.deepEqual([...predictedOf(Float32Array.of(0.5, 0.5, 0.2, 0.8), 2, 2, 'binary')], [0, 1]);
  assert.deepEqual([...predictedOf(Float32Array.of(0.4, 0.5, 0.6), 3, 1, 'binary')], [0, 1, 1]);
  assert.deepEqual([...predictedOf(Float32Array.of(0.1, 0.2, 0.7), 1, 3, 'multiclass')], [2]);
  assert.deepEqual([...predictedOf(Float32Array.of(-3.5), 1, 1, 'regression')], [-3.5]);
});
