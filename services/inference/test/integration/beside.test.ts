import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHarness, type Harness } from '../fixtures/harness.ts';
import { sumModel } from '../fixtures/models.ts';
import { specOf } from '../fixtures/spec.ts';

/** Requests whose one feature is their number, with an answer of the incumbent: a quarter more. */
async function send({ producer }: Harness, from: number, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, index) => {
    const row = from + index;
    const requestId = `m-${row}`;
    const answer = { outputs: Float32Array.of(row + 0.25), version: 'theirs' };
    const value = { requestId, model: 'm', eventTime: row, features: Float32Array.of(row), answer };
    return { key: requestId, value, partition: row % 4 };
  });
  await producer.send('inference.requests', records);
}

test('a model of others is watched, shadowed, taken over and given back, each request answered once', async () => {
  const harness = await createHarness();
  const { registry, waitForAnswers } = harness;
  try {
    const spec = specOf('m', { width: 1 });
    const given = { spec, profile: {}, metrics: {} };
    assert.equal(await registry.register({ ...given, onnx: null, reports: 'theirs', publish: true }), 1);
    const first = await harness.start();
    await send(harness, 0, 2_000);
    await first.stop('SIGKILL');
    const second = await harness.start();
    await send(harness, 2_000, 500);
    await waitForAnswers(2_500);
    const version = await registry.register({ ...given, onnx: sumModel(1, 0.5), publish: false });
    await registry.release('m', { version, to: 'shadow', reason: 'beside', actor: 'test' });
    const shadowed = 2_500;
    // Whoever sends now may get the shadow; those after an answer of it do.
    let sent = shadowed;
    for (let seen = 0; seen < 100; ) {
      await send(harness, sent, 100);
      sent += 100;
      const answers = await waitForAnswers(sent + seen);
      seen = answers.filter(({ value }) => value.role === 'shadow').length;
    }
    await registry.release('m', { version, reason: 'as good', actor: 'test' });
    let own = 0;
    while (own < 100) {
      await send(harness, sent, 100);
      sent += 100;
      const answers = await waitForAnswers(sent);
      own = answers.filter(({ value }) => value.role === 'live' && value.version === 2).length;
    }
    assert.equal(await registry.rollback('m', { reason: 'back', actor: 'test' }), 1);
    let back = 0;
    while (back < 100) {
      await send(harness, sent, 100);
      sent += 100;
      const answers = await waitForAnswers(sent);
      const live = answers.filter(({ value }) => value.role === 'live');
      back = live.at(-1)?.value.version === 1 ? 100 : 0;
    }
    const live = (await harness.answers()).filter(({ value }) => value.role === 'live');
    assert.equal(new Set(live.map(({ value }) => value.requestId)).size, sent);
    assert.equal(live.length, sent);
    for (const { value } of live)
      assert.equal(value.predicted, value.eventTime + (value.version === 1 ? 0.25 : 0.5));
    assert.equal(await second.stop('SIGTERM'), 0, second.log());
  } finally {
    await harness.close();
  }
});
