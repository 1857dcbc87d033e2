import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMlp, emptyMemory, retrain } from '../src/index.ts';
import { engine, lineStream, specOf } from './fixtures.ts';

/** A clock on which every look costs so many milliseconds. */
const clockOf = (stepMs: number) => {
  let nowMs = 0;
  return () => {
    nowMs += stepMs;
    return nowMs;
  };
};
const base = {
  engine,
  live: createMlp({ inputs: 2, task: 'binary', classes: 2, seed: 1 }),
  spec: specOf('binary', 2, 2),
  data: lineStream(600, 0.4, 1),
  memory: emptyMemory(2),
  strategy: 'replay',
  seed: 1,
};

test('a run that takes all its steps is the same on any clock: model, verdict and reasons', async () => {
  const budget = { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: 200 };
  const run = async (stepMs: number) => {
    const result = await retrain({ ...base, budget, now: clockOf(stepMs), measureLatency: true });
    return { model: result.model, accepted: result.accepted, reasons: result.reasons };
  };
  const quick = await run(0.001);
  assert.equal(quick.accepted, true, quick.reasons.join());
  assert.deepEqual(await run(60_000), quick);
});

test('a candidate that is slower by the clock is not rejected for it', async () => {
  const budget = { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: 40 };
  let slowest = 0;
  // Live version and candidate are timed in turns, two looks each: in one of these phases only the
  // candidate's turn takes long.
  for (const phase of [0, 1, 2, 3]) {
    let looks = phase;
    let nowMs = 0;
    const now = () => {
      nowMs += looks++ % 4 === 0 ? 100 : 1;
      return nowMs;
    };
    const result = await retrain({ ...base, budget, now, measureLatency: true });
    assert.equal(result.accepted, true, result.reasons.join());
    slowest = Math.max(slowest, (result.metrics.latencyMs ?? 0) / (result.metrics.liveLatencyMs ?? 1));
  }
  assert.equal(slowest, 100);
});

test('a run that the time limit ends says so, accepted or not', async () => {
  const budget = { maxSeconds: 40, maxSteps: 200 };
  const { metrics, reasons } = await retrain({ ...base, budget, now: clockOf(1000) });
  assert.ok((metrics.stoppedByTime ?? 0) >= 3, `${metrics.stoppedByTime}`);
  assert.match(reasons.join('; '), /the limit of 40 s \(retrain\.maxSeconds\) ended [34] fits/);
});
