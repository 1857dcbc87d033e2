import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import type { ModelTask } from '@driftloop/schemas';
import { predictedOf } from '../src/sessions/predicted.ts';
import type { SessionModel } from '../src/sessions/protocol.ts';
import { type SessionPool, startSessionPool } from '../src/sessions/session-pool.ts';
import { logisticModel, lookupModel, sumModel } from './fixtures/models.ts';

const modelOf = (onnx: Uint8Array, width: number, task: ModelTask = 'regression'): SessionModel => ({
  onnx,
  task,
  input: 'x',
  output: 'y',
  width,
  outputWidths: task === 'regression' ? [1] : [2, 1],
});

let pool: SessionPool;
before(() => {
  pool = startSessionPool({ workers: 2, threads: 1, runRows: 8 }, (error) => {
    throw error;
  });
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
  assert.deepEqual(result.failures, [{ row: 1, reason: 'the model answered NaN' }]);
  await session.release();
});

test('a new version goes to another thread than the one it replaces', async () => {
  const first = await pool.load(modelOf(sumModel(1, 0), 1));
  const second = await pool.load(modelOf(sumModel(1, 1), 1), first.worker);
  assert.notEqual(second.worker, first.worker);
  await Promise.all([first.release(), second.release()]);
});

test('what is not a model, or another one, is refused and the thread goes on', async () => {
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

test('predicted: ties, one output, regression', () => {
  assert.deepEqual([...predictedOf(Float32Array.of(0.5, 0.5, 0.2, 0.8), 2, 2, 'binary')], [0, 1]);
  assert.deepEqual([...predictedOf(Float32Array.of(0.4, 0.5, 0.6), 3, 1, 'binary')], [0, 1, 1]);
  assert.deepEqual([...predictedOf(Float32Array.of(0.1, 0.2, 0.7), 1, 3, 'multiclass')], [2]);
  assert.deepEqual([...predictedOf(Float32Array.of(-3.5), 1, 1, 'regression')], [-3.5]);
});
