import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PredictionRole } from '@driftloop/schemas';
import { marginsOf } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import { createRelay, type RelayParts } from '../src/relay/relay.ts';
import type { Answers } from '../src/relay/run-rows.ts';
import type { Route, ServedVersion } from '../src/serving/route.ts';
import { giveUp } from '../src/trials/give-up.ts';
import { judgeTrial, newTrial, observeTrial, onTrial, type Worse } from '../src/trials/trial.ts';
import { createTrials, type Trials } from '../src/trials/trials.ts';
import { specOf } from './fixtures/spec.ts';

const LIVE = 3;
const TRIAL = 4;
const MARGINS = marginsOf(specOf('a'));

function answers(
  role: PredictionRole,
  version: number,
  rows: number,
  failed: number,
  runMs: number,
): Answers {
  const failures = Array.from({ length: failed }, (_, row) => ({
    row,
    code: 'PREDICTION_FAILED' as const,
    reason: '',
  }));
  const predicted = new Float32Array(rows);
  const result = { outputs: predicted, outputWidth: 1, predicted, failures, runMs };
  return { role, version, rowOf: new Int32Array(0), result };
}

/** A trial over batches of 8 rows. @returns after how many batches it is worse, and why */
function tried(batches: number, batch: (random: Random) => Answers[], seed = 1) {
  const random = createRandom(seed);
  let trial = newTrial(TRIAL, LIVE);
  for (let i = 1; i <= batches; i++) {
    trial = observeTrial(trial, batch(random), MARGINS);
    const worse = judgeTrial(trial, MARGINS);
    if (worse) return { after: i, worse };
  }
  return undefined;
}

const failing = (share: number, random: Random) =>
  Array.from({ length: 8 }, () => Number(random.uniform() < share)).reduce((a, b) => a + b, 0);
/** Milliseconds with a long tail. */
const time = (random: Random, scale = 1) => scale * 4 * Math.exp(0.5 * random.normal());
const asGood = (random: Random, trialScale: number, trialFails = 0, liveFails = 0) => [
  answers('shadow', TRIAL, 8, failing(trialFails, random), time(random, trialScale)),
  answers('live', LIVE, 8, failing(liveFails, random), time(random)),
];

test('a version that is no worse is left alone, also where both fail and where it is a little slower', () => {
  let given = 0;
  for (let seed = 1; seed <= 8; seed++) {
    given += Number(tried(2_000, (random) => asGood(random, 1), seed) !== undefined);
    given += Number(tried(2_000, (random) => asGood(random, 1.2, 0.05, 0.05), seed) !== undefined);
  }
  assert.equal(given, 0, `${given} of 16 given up`);
});

test('one that takes three times as long is given up, with figures, and so in any unit above a millisecond', () => {
  for (const unit of [1, 1e3, 1e9]) {
    const found = tried(1_000, (random) => [
      answers('shadow', TRIAL, 8, 0, unit * time(random, 3)),
      answers('live', LIVE, 8, 0, unit * time(random)),
    ]);
    assert.equal(found?.worse.cause, 'latency');
    assert.match(found.worse.reason, /99th percentile version 4 takes .* version 3 takes .*50 % more/);
    assert.ok((found.worse.metrics.trialRunP99Ms ?? 0) > 1.5 * (found.worse.metrics.liveRunP99Ms ?? 0));
  }
});

test('times of less than a millisecond are nobody\u2019s loss', () => {
  assert.equal(
    tried(2_000, (random) => [
      answers('shadow', TRIAL, 8, 0, 1e-3 * time(random, 9)),
      answers('live', LIVE, 8, 0, 1e-3 * time(random)),
    ]),
    undefined,
  );
});

test('one that fails on 3 % more is given up; a canary whose rows all fail as soon as there are enough', () => {
  const slow = tried(5_000, (random) => asGood(random, 1, 0.03));
  assert.equal(slow?.worse.cause, 'errors');
  const fast = tried(1_000, (random) => [
    answers('canary', TRIAL, 2, 2, 0),
    answers('live', LIVE, 6, 0, time(random)),
  ]);
  assert.equal(fast?.after, 50);
  assert.match(fast.worse.reason, /version 4 failed on 100 % of 100 rows and version 3 on 0 % of 300/);
  assert.equal(tried(1_000, () => [answers('canary', TRIAL, 8, 8, 0)])?.worse.cause, 'errors');
});

test('runs of other rows, and of what others serve, are not compared', () => {
  assert.equal(
    tried(2_000, (random) => [
      answers('shadow', TRIAL, 9, 0, time(random, 9)),
      answers('live', LIVE, 8, 0, time(random)),
    ]),
    undefined,
  );
  assert.equal(
    tried(2_000, (random) => [
      answers('shadow', TRIAL, 8, 0, time(random, 9)),
      answers('live', LIVE, 8, 0, 0),
    ]),
    undefined,
  );
});

const served = (version: number): ServedVersion => ({ version, width: 1, session: undefined });
const routeOf = (spec: Route['spec']): Route => ({
  spec,
  live: served(LIVE),
  canary: undefined,
  shadows: [served(1), served(TRIAL)],
});

test('on trial are the canary and the candidate in shadow, and none that the spec names', () => {
  const spec = specOf('a', { rollout: { canaryShare: 0.1, shadowVersions: [1] } });
  assert.deepEqual(onTrial({ ...routeOf(spec), canary: served(5) }), [5, TRIAL]);
});

test('what is worse is told once for each model, and again where that did not settle it', async () => {
  const told: string[] = [];
  let isSettled = false;
  const trials = createTrials(async ({ model }, version, { cause }: Worse) => {
    told.push(`${model}@${version}: ${cause}`);
    return isSettled;
  });
  const observe = (model: string) =>
    trials.observe([
      {
        model,
        route: routeOf(specOf(model, { rollout: { canaryShare: 0, shadowVersions: [1] } })),
        answers: [answers('shadow', TRIAL, 100, 100, 1), answers('live', LIVE, 100, 0, 1)],
      },
    ]);
  observe('a');
  await new Promise(setImmediate);
  isSettled = true;
  observe('a');
  await new Promise(setImmediate);
  observe('a');
  observe('b');
  assert.deepEqual(told, ['a@4: errors', 'a@4: errors', 'b@4: errors']);
});

test('the loop gives it up by an event with figures; where it may not, a person is told', async () => {
  const rejected: unknown[] = [];
  const warnings: string[] = [];
  const parts = {
    registry: {
      model: () => undefined,
      reject: async (model: string, decision: object) => {
        rejected.push({ model, ...decision });
        return true;
      },
    },
    meters: { trialsWorse: { inc: () => undefined } },
    logger: { warn: (_: unknown, text: string) => warnings.push(text) },
  } as unknown as Parameters<typeof giveUp>[0];
  const worse: Worse = { cause: 'errors', reason: 'it fails', metrics: { trialErrorShare: 1 } };
  const spec = specOf('a');
  const retrain = (enabled: boolean) => ({ ...spec, retrain: { ...spec.retrain, enabled } });
  assert.equal(await giveUp(parts, retrain(true), TRIAL, worse), true);
  assert.deepEqual(rejected, [
    {
      model: 'a',
      version: TRIAL,
      actor: 'inference',
      eventTime: 0,
      reason: 'it fails',
      metrics: { trialErrorShare: 1 },
    },
  ]);
  assert.equal(await giveUp(parts, retrain(false), TRIAL, worse), true);
  assert.equal(rejected.length, 1);
  assert.match(warnings.at(-1) ?? '', /driftloop reject/);
});

test('a relay shows the trials what it has answered', async () => {
  const session = {
    worker: 0,
    run: async (_: Float32Array, rows: number) => answers('live', LIVE, rows, 0, 1).result,
  };
  const version = (number: number) => ({ version: number, width: 2, session }) as unknown as ServedVersion;
  const route = { ...routeOf(specOf('a')), live: version(LIVE), shadows: [version(TRIAL)] };
  const observed: string[] = [];
  const trials: Trials = {
    observe(routes) {
      for (const { model, answers: given } of routes)
        for (const { role, version: by } of given) observed.push(`${model} ${role} ${by}`);
    },
  };
  const nothing = () => undefined;
  const meter = { inc: nothing, set: nothing, observe: nothing };
  const relay = createRelay({
    producer: { send: nothing },
    servings: { route: () => route },
    gaps: { answered: nothing },
    trials,
    meters: { predictions: meter, runMs: meter, batchRows: meter, lag: meter, latencyMs: meter },
    clock: { now: () => 0, monotonicMs: () => 0 },
  } as unknown as RelayParts);
  const value = { requestId: 'r', model: 'a', eventTime: 1_700_000_000_000, features: [1, 2] };
  const records = [
    { topic: 'inference.requests', partition: 0, offset: 0, timestamp: value.eventTime, value },
  ];
  const batch = { records, partition: 0, lastOffset: 0, highWatermark: 1, isStale: () => false };
  await relay.onBatch(batch as unknown as Parameters<typeof relay.onBatch>[0]);
  assert.deepEqual(observed, ['a shadow 4', 'a live 3']);
});
