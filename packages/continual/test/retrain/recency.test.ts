import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatRows, type LabelledRows } from '@driftloop/spec';
import { weighByRecency } from '../../src/data/recency.ts';
import { emptyMemory, type ReplayMemory, retrain } from '../../src/index.ts';
import { chooseRecency, rememberRecency } from '../../src/retrain/recency-choice.ts';
import { engine, specOf } from '../fixtures.ts';
import { type Rows, rowsOf, trained } from '../gate/candidates.ts';

const HALF_LIVES = [100, 1000, 10_000];

/**
 * Runs in which each candidate loses so many nats, one after another, as the line of versions
 * remembers them.
 */
function afterRuns(losses: readonly (readonly number[])[], memory: ReplayMemory = emptyMemory(1)) {
  const halfLives: number[] = [];
  for (const run of losses) {
    const choice = chooseRecency(HALF_LIVES, run, memory);
    assert.ok(Math.abs(choice.weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-12);
    halfLives.push(choice.halfLifeRows);
    memory = rememberRecency(memory, choice);
  }
  return { halfLives, memory };
}

const repeat = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const near = (value: number, expected: number) => Math.abs(Math.log(value / expected)) < 0.1;

test('of candidates that do equally well the geometric mean is taken', () => {
  assert.ok(Math.abs(afterRuns([[7, 7, 7]]).halfLives[0]! - 1000) < 1e-9);
});

test('the half-life that does best is found, whichever it is, and more surely run by run', () => {
  for (const [best, expected] of HALF_LIVES.entries()) {
    // Ten nats of some hundred rows are a small lead: one window alone does not decide.
    const losses = HALF_LIVES.map((_, arm) => (arm === best ? 100 : 110));
    const { halfLives } = afterRuns(repeat(30, losses));
    assert.ok(!near(halfLives[0]!, expected) || best === 1, `${halfLives[0]} after one run`);
    assert.ok(near(halfLives.at(-1)!, expected), `${halfLives.at(-1)} instead of ${expected}`);
  }
});

test('when another half-life becomes the best it is found again, however long the first one led', () => {
  for (const runs of [20, 200]) {
    const { memory } = afterRuns(repeat(runs, [100, 110, 120]));
    const { halfLives } = afterRuns(repeat(25, [120, 110, 100]), memory);
    const turned = halfLives.findIndex((halfLife) => halfLife > 1000);
    // Discounting by 0.9 a run, the past counts less than the present after log(1/2) / log(0.9) =
    // 6.6 runs.
    assert.ok(turned >= 5 && turned <= 8, `after ${turned} runs`);
    assert.ok(near(halfLives.at(-1)!, 10_000), `${halfLives.at(-1)}`);
  }
});

test('losses of other half-lives than these say nothing', () => {
  const { memory } = afterRuns(repeat(20, [100, 110, 120]));
  const { halfLifeRows } = chooseRecency([10, 1000], [5, 5], memory);
  assert.ok(Math.abs(halfLifeRows - 100) < 1e-9);
});

test('weights halve every so many rows towards the past, keep what they were, and have a mean of 1', () => {
  const data = { ...rowsOf('binary', { rows: 7, seed: 1 }), weights: Float32Array.of(1, 1, 1, 2, 1, 1, 1) };
  const { weights } = weighByRecency(data, 2);
  assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) / 7 - 1) < 1e-6);
  const relative = Array.from(weights, (weight) => weight / weights[6]!);
  [1 / 8, 0, 1 / 4, 2 * 2 ** -1.5, 1 / 2, 0, 1].forEach((expected, row) => {
    if (expected > 0) assert.ok(Math.abs(relative[row]! - expected) < 1e-6, `row ${row}: ${relative[row]}`);
  });
  const equal = weighByRecency(data, 0).weights;
  assert.deepEqual(
    Array.from(equal, (weight) => weight / equal[0]!),
    Array.from(data.weights),
  );
});

/** Retrains on a stream of stretches; which half-life the trials found best. */
async function chosenOn(task: 'binary' | 'regression', ...stretches: Rows[]) {
  const parts = stretches.map((stretch) => rowsOf(task, stretch));
  const stream = concatRows(parts, 2);
  const data: LabelledRows = { ...stream, eventTimes: stream.eventTimes.map((_, row) => row) };
  const live = (await trained({ task, data: rowsOf(task, { rows: 300, seed: 9 }), steps: 50 })).model;
  const { metrics } = await retrain({
    engine,
    live,
    spec: specOf(task, task === 'binary' ? 2 : 0, 2),
    data,
    memory: emptyMemory(2),
    strategy: 'naive',
    budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: 1200 },
    seed: 1,
    now: () => 0,
    halfLives: HALF_LIVES,
  });
  return metrics.halfLifeRows!;
}

for (const task of ['binary', 'regression'] as const) {
  test(`trials find that a concept has just changed, and that none has: ${task}`, async () => {
    const changed = await chosenOn(task, { rows: 1400, seed: 1 }, { rows: 600, seed: 2, angle: 1.5 });
    const same = await chosenOn(task, { rows: 2000, seed: 1 });
    assert.ok(changed < 300, `${changed} where it changed 400 rows before the newest`);
    assert.ok(same > 700, `${same} where it did not`);
  });
}
