import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertAnsweredOnce } from '../fixtures/exactly-once.ts';
import { createHarness, type Harness } from '../fixtures/harness.ts';

/** Sends pieces until it is stopped. */
function startLoad({ send }: Harness, pieceRows: number) {
  let running = true;
  let sent = 0;
  const done = (async () => {
    while (running) {
      await send('m', sent, pieceRows);
      sent += pieceRows;
      await sleep(10);
    }
  })();
  return {
    async stop() {
      running = false;
      await done;
      return sent;
    },
  };
}

test('kill -9 at random moments under load: nothing is lost, nothing is answered twice', async () => {
  const harness = await createHarness();
  try {
    await harness.registerSum('m', 0.25);
    const load = startLoad(harness, 400);
    const answered = async () =>
      (await harness.bus.offsets('inference.predictions')).reduce((sum, { high }) => sum + high, 0);
    const KILLS = 4;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await answered();
      const instance = await harness.start();
      // Under load means: in the middle of its work, at a moment that nobody chose.
      while ((await answered()) <= before) await sleep(5);
      await sleep(Math.random() * 300);
      assert.equal(await instance.stop('SIGKILL'), null);
    }
    const last = await harness.start();
    const sent = await load.stop();
    assertAnsweredOnce(await harness.waitForAnswers(sent), sent, () => 0.25);
    assert.equal(await last.stop('SIGTERM'), 0, last.log());
    assert.equal((await harness.answers()).length, sent, 'and nothing comes after');
  } finally {
    await harness.close();
  }
});

test('instances come and go under load: nothing is lost, nothing is answered twice', async () => {
  const harness = await createHarness();
  try {
    await harness.registerSum('m', 0);
    const first = await harness.start();
    const load = startLoad(harness, 200);
    const second = await harness.start();
    await sleep(1_000);
    assert.equal(await first.stop('SIGTERM'), 0, first.log());
    const third = await harness.start();
    await sleep(1_000);
    const sent = await load.stop();
    assertAnsweredOnce(await harness.waitForAnswers(sent), sent, () => 0);
    assert.equal(await second.stop('SIGTERM'), 0, second.log());
    assert.equal(await third.stop('SIGTERM'), 0, third.log());
  } finally {
    await harness.close();
  }
});

test('a process that is stopped cleanly leaves off where the next one begins', async () => {
  const harness = await createHarness();
  try {
    await harness.registerSum('m', 1);
    const load = startLoad(harness, 300);
    for (let round = 0; round < 3; round++) {
      const instance = await harness.start();
      await sleep(300 + Math.random() * 300);
      assert.equal(await instance.stop('SIGTERM'), 0, instance.log());
    }
    const sent = await load.stop();
    const last = await harness.start();
    assertAnsweredOnce(await harness.waitForAnswers(sent), sent, () => 1);
    await last.stop('SIGTERM');
  } finally {
    await harness.close();
  }
});
