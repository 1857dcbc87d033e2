import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatRows, type LabelledRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { weighByRecency } from '../../src/data/recency.ts';
import { emptyMemory, firstStrategy, type ReplayMemory, remember, retrain } from '../../src/index.ts';
import { awakeArms, chooseArm, rememberArms } from '../../src/retrain/arm-choice.ts';
import { armsOf } from '../../src/retrain/arms.ts';
import { engine, specOf } from '../fixtures.ts';
import { type Rows, rowsOf, trained } from '../gate/candidates.ts';

const HALF_LIVES = [100, 1000, 10_000];
const ARMS = armsOf('naive', HALF_LIVES);

/**
 * Runs in which each candidate loses so many nats, one after another, as the line of versions
 * remembers them.
 */
function afterRuns(losses: readonly (readonly number[])[], memory: ReplayMemory = emptyMemory(1)) {
  const halfLives: number[] = [];
  for (const run of losses) {
    const choice = chooseArm(ARMS, run, memory);
    assert.ok(Math.abs(choice.weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-12);
    halfLives.push(choice.halfLifeRows);
    memory = rememberArms(memory, choice);
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
  const { halfLifeRows } = chooseArm(armsOf('naive', [10, 1000]), [5, 5], memory);
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

const AUTO_ARMS = armsOf('auto');
const STRATEGIES = [...new Set(AUTO_ARMS.map(({ strategy }) => strategy))];

/** Runs whose arms lose 100 nats, those of one strategy 90; arms that sleep are not tried. */
function autoRuns(runs: number, best: string, memory: ReplayMemory = emptyMemory(1)) {
  const chosen: string[] = [];
  const fits: number[] = [];
  for (let run = 0; run < runs; run++) {
    const awake = awakeArms(AUTO_ARMS, memory);
    const losses = AUTO_ARMS.map(({ strategy }, arm) =>
      awake.includes(arm) ? (strategy === best ? 90 : 100) : undefined,
    );
    const choice = chooseArm(AUTO_ARMS, losses, memory);
    memory = rememberArms(memory, choice);
    chosen.push(choice.strategy);
    fits.push(awake.length);
    assert.ok(awake.includes(choice.best), 'what was not tried is not taken');
  }
  return { chosen, fits, memory };
}

test('strategies begin with the same weight, however many half-lives each is tried with', () => {
  const losses = AUTO_ARMS.map(() => 50);
  const { weights } = chooseArm(AUTO_ARMS, losses, emptyMemory(1));
  for (const strategy of STRATEGIES) {
    const own = weights.filter((_, arm) => AUTO_ARMS[arm]!.strategy === strategy);
    assert.ok(Math.abs(own.reduce((sum, weight) => sum + weight, 0) - 1 / STRATEGIES.length) < 1e-6);
  }
});

test('the strategy that does best is found, whichever it is, and found again after a change', () => {
  for (const first of STRATEGIES) {
    const { chosen, memory } = autoRuns(20, first);
    assert.equal(chosen.at(-1), first);
    for (const second of STRATEGIES.filter((name) => name !== first)) {
      const { chosen: later } = autoRuns(60, second, memory);
      assert.equal(later.at(-1), second, `${second} after ${first}: ${later}`);
    }
  }
});

test('arms that are clearly worse sleep, and wake as what they lost is discounted', () => {
  const { fits } = autoRuns(60, 'replay');
  assert.equal(fits[0], AUTO_ARMS.length, 'all are tried at first');
  const own = AUTO_ARMS.filter(({ strategy }) => strategy === 'replay').length;
  assert.ok(fits.includes(own), 'then those of the best alone');
  const asleep = fits.indexOf(own);
  assert.ok(
    fits.slice(asleep).some((count) => count > own),
    'and others again',
  );
});

test('a name is a strategy or auto, and a first version has nothing to choose', () => {
  assert.equal(firstStrategy('auto').name, 'naive');
  assert.equal(firstStrategy('ewc').name, 'ewc');
  assert.throws(() => firstStrategy('best'), /no strategy 'best': use one of auto, naive/);
});

test('auto learns from the new rows alone where the past contradicts them, and from both where not', async () => {
  const task = 'binary';
  const past = rowsOf(task, { rows: 1000, seed: 5 });
  const strategyFor = async (angle: number) => {
    const stretch = rowsOf(task, { rows: 200, seed: 2, angle });
    const { reasons } = await retrain({
      engine,
      live: (await trained({ task, data: rowsOf(task, { rows: 300, seed: 9 }), steps: 50 })).model,
      spec: specOf(task, 2, 2),
      data: { ...stretch, eventTimes: stretch.eventTimes.map((_, row) => row) },
      memory: remember(emptyMemory(2), { rows: past }, 'reservoir', createRandom(1)),
      strategy: 'auto',
      budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: 3000 },
      seed: 1,
      now: () => 0,
      gate: { minRows: 30, forgettingMargin: 1, margin: 1, tolerance: 1, logLossMargin: 100 },
    });
    return reasons.join('; ').match(/by (\S+), weights/)?.[1];
  };
  assert.equal(await strategyFor(1.5), 'naive');
  assert.notEqual(await strategyFor(0), 'naive');
});
