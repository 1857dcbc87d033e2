import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { goesToCanary } from '@driftloop/spec';
import { assertAnsweredOnce } from '../fixtures/exactly-once.ts';
import { createHarness, type Harness, healthOf, type Instance } from '../fixtures/harness.ts';
import { logisticModel, lookupModel, sumModel } from '../fixtures/models.ts';
import { specOf } from '../fixtures/spec.ts';

/** Runs against one service on topics of its own. */
async function withService(run: (harness: Harness, instance: Instance) => Promise<void>): Promise<void> {
  const harness = await createHarness();
  try {
    await harness.registerSum('m', 0.5);
    const instance = await harness.start();
    await run(harness, instance);
    assert.equal(await instance.stop('SIGTERM'), 0, instance.log());
  } finally {
    await harness.close();
  }
}

test('answers every request once, on its partition, in order, and names version and offset', async () => {
  await withService(async ({ send, waitForAnswers, bus }, instance) => {
    await send('m', 0, 5_000);
    const answers = await waitForAnswers(5_000);
    assertAnsweredOnce(answers, 5_000, () => 0.5);
    for (const { value } of answers) {
      assert.equal(value.role, 'live');
      assert.equal(value.version, 1);
      assert.deepEqual([...value.outputs], [value.predicted]);
    }
    const metrics = await (await fetch(`${instance.url}/metrics`)).text();
    assert.match(metrics, /driftloop_predictions_total\{model="m",version="1",role="live"[^}]*\} 5000/);
    // The last commit may take a moment.
    for (;;) {
      const committed = await bus.groupOffsets('inference', 'inference.requests');
      if (committed.reduce((sum, { offset }) => sum + Math.max(0, offset), 0) === 5_000) break;
      await sleep(50);
    }
  });
});

test('a model that is registered while the service runs is served, whatever comes first', async () => {
  await withService(async ({ registry, send, waitForAnswers, producer }) => {
    const spec = specOf('clicks', { task: 'binary', width: 2 });
    await registry.register({ spec, onnx: logisticModel(2), profile: null, metrics: {}, publish: true });
    // At once: the service may not have heard of the model yet.
    const features = Float32Array.of(3, 0);
    const value = { requestId: 'c', model: 'clicks', eventTime: 1, features };
    await producer.send('inference.requests', [{ key: 'c', value, partition: 0 }]);
    await send('m', 0, 10);
    const answers = await waitForAnswers(11);
    const clicked = answers.find((answer) => answer.value.model === 'clicks')?.value;
    assert.equal(clicked?.predicted, 1);
    assert.ok(Math.abs((clicked?.outputs[1] ?? 0) - 1 / (1 + Math.exp(-3))) < 1e-6);
  });
});

test('versions are swapped while requests are answered: none is lost, none is answered twice', async () => {
  await withService(async ({ registerSum, send, waitForAnswers }, instance) => {
    let sent = 0;
    for (let version = 2; version <= 6; version++) {
      const published = registerSum('m', version / 2);
      while ((await Promise.race([published, sleep(0, 'not yet')])) === 'not yet') {
        await send('m', sent, 500);
        sent += 500;
      }
      await send('m', sent, 500);
      sent += 500;
    }
    // The last version is asked for; whoever sends now may get it.
    await serving(instance, 6);
    await send('m', sent, 100);
    sent += 100;
    const answers = await waitForAnswers(sent);
    assertAnsweredOnce(answers, sent, (version) => version / 2);
    const last = answers.filter(({ value }) => value.eventTime >= sent - 100);
    assert.ok(last.every(({ value }) => value.version === 6));
  });
});

test('a damaged version takes nothing down; health says so; the next one is served', async () => {
  await withService(async ({ registry, registerSum, tell, send, waitForAnswers, folder }, instance) => {
    await send('m', 0, 100);
    await waitForAnswers(100);
    const spec = specOf('m', { width: 1 });
    await registry.register({ spec, onnx: sumModel(1, 77), profile: null, metrics: {}, publish: false });
    await damage(folder, (await registry.artifact('m', 2)).manifest.files['model.onnx']?.sha256 ?? '');
    await tell('m', 2, 'published');
    let { ok, detail } = await healthOf(instance);
    while (!('2' in (detail.models.m?.failed ?? {}))) {
      await sleep(20);
      ({ ok, detail } = await healthOf(instance));
    }
    assert.equal(ok, true, 'the old version still answers');
    assert.deepEqual([detail.models.m?.live, detail.models.m?.serving], [2, 1]);
    assert.match(JSON.stringify(detail.models.m?.failed), /ARTIFACT_CORRUPT/);
    await send('m', 100, 100);
    assertAnsweredOnce(await waitForAnswers(200), 200, () => 0.5);
    await registerSum('m', 9);
    await serving(instance, 3);
    await send('m', 200, 100);
    assertAnsweredOnce(await waitForAnswers(300), 300, (answering) => (answering === 3 ? 9 : 0.5));
  });
});

test('canary and shadow answer as the spec says', async () => {
  await withService(async ({ registry, registerSum, tell, send, waitForAnswers }, instance) => {
    await registerSum('m', 2);
    const spec = specOf('m', { width: 1, rollout: { canaryShare: 0.3, shadowVersions: [1] } });
    await registry.register({ spec, onnx: sumModel(1, 3), profile: null, metrics: {}, publish: false });
    await tell('m', 3, 'canary');
    for (;;) {
      const model = (await healthOf(instance)).detail.models.m;
      if (model?.serving === 2 && model.canary === 3 && model.shadows.includes(1)) break;
      await sleep(20);
    }
    await send('m', 0, 1_000);
    const canarys = Array.from({ length: 1_000 }, (_, i) => `m-${i}`).filter((id) => goesToCanary(id, 0.3));
    const answers = await waitForAnswers(3_000 - canarys.length);
    const byRole = (role: string) =>
      answers.filter(({ value }) => value.role === role).map(({ value }) => value);
    const shadowOf = (version: number) => byRole('shadow').filter((answer) => answer.version === version);
    assert.equal(shadowOf(1).length, 1_000);
    assert.equal(shadowOf(3).length, 1_000 - canarys.length, 'the canary answers the others in shadow');
    assert.equal(byRole('canary').length + byRole('live').length, 1_000);
    assert.ok(byRole('canary').length > 200 && byRole('canary').length < 400);
    assert.deepEqual(
      byRole('canary')
        .map(({ requestId }) => requestId)
        .sort(),
      canarys.sort(),
    );
    const right = { shadow: [1, 0.5], live: [2, 2], canary: [3, 3] } as const;
    for (const { value } of answers) {
      const wanted = value.role === 'shadow' && value.version === 3 ? right.canary : right[value.role];
      assert.deepEqual([value.version, value.predicted - value.eventTime], wanted);
    }
    for (const [index, { value }] of answers.entries())
      if (value.role === 'shadow')
        assert.equal(
          answers[index + 1]?.value.requestOffset,
          value.requestOffset,
          'the served answer comes next',
        );
  });
});

test('features that a model cannot take cost only their own request the answer', async () => {
  await withService(async ({ registry, producer, bus, waitForAnswers }) => {
    const spec = specOf('lookup', { width: 1 });
    await registry.register({ spec, onnx: lookupModel(), profile: null, metrics: {}, publish: true });
    const records = [0, 1, 99, 2].map((index) => {
      const requestId = `l${index}`;
      const value = { requestId, model: 'lookup', eventTime: 0, features: Float32Array.of(index) };
      return { key: requestId, value, partition: 0 };
    });
    await producer.send('inference.requests', records);
    const answers = await waitForAnswers(3);
    assert.deepEqual(
      answers.map(({ value }) => value.predicted),
      [10, 20, 30],
    );
    const [letter] = await deadLetters(bus, 1);
    assert.equal(letter?.code, 'PREDICTION_FAILED');
    assert.equal(letter?.offset, 2);
  });
});

/** Waits until this version answers. */
async function serving(instance: Instance, version: number): Promise<void> {
  while ((await healthOf(instance)).detail.models.m?.serving !== version) await sleep(20);
}

async function deadLetters(bus: Harness['bus'], count: number) {
  for (;;) {
    const letters = [];
    for await (const records of bus.slice('dead.letters', { by: 'offset' }))
      letters.push(...records.map(({ value }) => value));
    if (letters.length >= count) return letters;
    await sleep(50);
  }
}

async function damage(folder: string, sha256: string): Promise<void> {
  const artifacts = join(folder, 'artifacts', 'sha256', sha256.slice(0, 2));
  assert.ok((await readdir(artifacts)).includes(sha256));
  await writeFile(join(artifacts, sha256), 'not a model');
}
