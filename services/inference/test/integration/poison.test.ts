import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { allocatingModel, crashingModel, loopModel } from '@driftloop/onnx/testing';
import { createHarness, type Harness, healthOf, type Instance } from '../fixtures/harness.ts';
import { specOf } from '../fixtures/spec.ts';

/** Models with the feature that is poison to them, and what becomes of it. */
const POISONED = [
  ['loop', loopModel(), 1e18, 'PREDICTION_DEADLINE'],
  ['allocation', allocatingModel(), 4e9, 'PREDICTION_MEMORY'],
  ['crash', crashingModel(), 7, 'RUNTIME_CRASHED'],
] as const;
/** So much CPU time that memory is always what is exceeded first where it is. */
const LIMITS = { INFERENCE_RUN_MEMORY_MB: '200', INFERENCE_ROW_CPU_MS: '3000', LOG_LEVEL: 'info' };

async function registerPoisoned({ registry }: Harness): Promise<void> {
  for (const [model, onnx] of POISONED)
    await registry.register({
      spec: specOf(model, { width: 1 }),
      onnx,
      profile: null,
      metrics: {},
      publish: true,
    });
}

async function send({ producer }: Harness, requests: readonly (readonly [string, string, number])[]) {
  await producer.send(
    'inference.requests',
    requests.map(([requestId, model, feature]) => ({
      key: requestId,
      partition: 0,
      value: { requestId, model, eventTime: 0, features: Float32Array.of(feature) },
    })),
  );
}

async function deadLetters({ bus }: Harness, atLeast: number): Promise<string[][]> {
  for (;;) {
    const letters = await bus.tail('dead.letters', 0, 100);
    if (letters.length >= atLeast) return letters.map(({ key, value }) => [key, value.code]);
    await sleep(20);
  }
}

const processesOf = async (instance: Instance) =>
  ((await healthOf(instance)).detail as unknown as { processes: { pid: number; holds: string[] }[] })
    .processes;

/** Waits until a process is gone. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(10);
  }
}

test('requests that loop, allocate or crash are dead letters, once, also over a restart; everything else is answered', async () => {
  const harness = await createHarness(1);
  try {
    await harness.registerSum('calm', 0);
    await registerPoisoned(harness);
    const first = await harness.start(LIMITS);
    const pids = (await processesOf(first)).map(({ pid }) => pid);
    assert.equal(pids.length, 4);
    // One batch: what is good of every model beside what is not, which comes last, too.
    const good = POISONED.flatMap(([model]) => [1, 2, 3].map((n) => [`${model}-${n}`, model, n] as const));
    const calm = [4, 5, 6].map((n) => [`calm-${n}`, 'calm', n] as const);
    const bad = POISONED.map(([model, , poison]) => [`${model}-poison`, model, poison] as const);
    await send(harness, [...good, ...bad.slice(0, 1), ...calm, ...bad.slice(1)]);
    const expected = POISONED.map(([model, , , code]) => [`${model}-poison`, code]);
    assert.deepEqual(await deadLetters(harness, 3), expected);
    // Before the offsets are committed, most likely.
    assert.equal(await first.stop('SIGKILL'), null);

    const second = await harness.start(LIMITS);
    await send(harness, [['calm-7', 'calm', 7]]);
    const answers = await harness.waitForAnswers(good.length + calm.length + 1);
    assert.deepEqual(
      answers.map(({ value }) => [value.requestId, value.predicted]),
      [...good, ...calm, ['calm-7', 'calm', 7] as const].map(([id, , n]) => [id, n]),
    );
    const { ok } = await healthOf(second);
    assert.equal(ok, true);
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    assert.doesNotMatch(metrics, /process_ends_total\{/, 'none was tried again');
    assert.equal(await second.stop('SIGTERM'), 0, second.log());
    assert.deepEqual(await deadLetters(harness, 3), expected);
    for (const pid of pids) await ended(pid);
  } finally {
    await harness.close();
  }
});

test('a service that is killed leaves no process behind, not even one in an endless loop', async () => {
  const harness = await createHarness(1);
  try {
    await registerPoisoned(harness);
    const instance = await harness.start({ ...LIMITS, INFERENCE_ROW_CPU_MS: '60000' });
    const processes = await processesOf(instance);
    await send(harness, [['loop-poison', 'loop', 1e18]]);
    // It is in hand.
    for (;;) {
      const { detail } = await healthOf(instance);
      if ((detail as unknown as { consumer: { busyMs: number } }).consumer.busyMs > 100) break;
      await sleep(10);
    }
    assert.equal(await instance.stop('SIGKILL'), null);
    for (const { pid } of processes) await ended(pid);
  } finally {
    await harness.close();
  }
});

test('SIGTERM ends a service whose model is in an endless loop', async () => {
  const harness = await createHarness(1);
  try {
    await registerPoisoned(harness);
    const instance = await harness.start(LIMITS);
    await send(harness, [
      ['loop-1', 'loop', 1],
      ['loop-poison', 'loop', 1e18],
    ]);
    while (!instance.log().includes('ended its process')) await sleep(5);
    assert.equal(await instance.stop('SIGTERM'), 0, instance.log());
    assert.deepEqual(await deadLetters(harness, 1), [['loop-poison', 'PREDICTION_DEADLINE']]);
  } finally {
    await harness.close();
  }
});
