import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertAnsweredOnce } from '../fixtures/exactly-once.ts';
import { createHarness, type Harness } from '../fixtures/harness.ts';

/**
 * Runs under load: requests are sent in pieces until the load is stopped, or the test has failed.
 */
async function underLoad(
  pieceRows: number,
  run: (harness: Harness, stopLoad: () => Promise<number>) => Promise<void>,
): Promise<void> {
  const harness = await createHarness();
  let running = true;
  let sent = 0;
  await harness.registerSum('m', 0.25);
  const load = (async () => {
    while (running) {
      await harness.send('m', sent, pieceRows);
      sent += pieceRows;
      await sleep(10);
    }
  })();
  const stopLoad = async () => {
    running = false;
    await load;
    return sent;
  };
  try {
    await run(harness, stopLoad);
  } finally {
    await stopLoad();
    await harness.close();
  }
}

test('kill -9 at random moments under load: nothing is lost, nothing is answered twice', async () => {
  await underLoad(100, async (harness, stopLoad) => {
    const answered = async () =>
      (await harness.bus.offsets('inference.predictions')).reduce((sum, { high }) => sum + high, 0);
    const KILLS = 3;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await answered();
      const instance = await harness.start();
      // In the middle of its work, at a moment that nobody chose.
      while ((await answered()) <= before) await sleep(5);
      await sleep(Math.random() * 300);
      assert.equal(await instance.stop('SIGKILL'), null);
    }
    const last = await harness.start();
    const sent = await stopLoad();
    assertAnsweredOnce(await harness.waitForAnswers(sent), sent, () => 0.25);
    assert.equal(await last.stop('SIGTERM'), 0, last.log());
    assert.equal((await harness.answers()).length, sent, 'and nothing comes after');
  });
});

test('instances come and go under load: nothing is lost, nothing is answered twice', async () => {
  await underLoad(100, async (harness, stopLoad) => {
    const first = await harness.start();
    const second = await harness.start();
    await sleep(1_000);
    assert.equal(await first.stop('SIGTERM'), 0, first.log());
    const third = await harness.start();
    await sleep(1_000);
    const sent = await stopLoad();
    assertAnsweredOnce(await harness.waitForAnswers(sent), sent, () => 0.25);
    assert.equal(await second.stop('SIGTERM'), 0, second.log());
    assert.equal(await third.stop('SIGTERM'), 0, third.log());
  });
});

test('a process that is stopped cleanly leaves off where the next one begins', async () => {
  await underLoad(100, async (harness, stopLoad) => {
    for (let round = 0; round < 3; round++) {
      const instance = await harness.start();
      await sleep(300 + Math.random() * 300);
      assert.equal(await instance.stop('SIGTERM'), 0, instance.log());
    }
    const sent = await stopLoad();
    const last = await harness.start();
    assertAnsweredOnce(await harness.waitForAnswers(sent), sent, () => 0.25);
    assert.equal(await last.stop('SIGTERM'), 0, last.log());
  });
});

test('an instance that is stopped until others have its partitions, and goes on, writes nothing twice', async () => {
  await underLoad(100, async (harness, stopLoad) => {
    const zombie = await harness.start();
    const other = await harness.start();
    const TRIES = 3;
    for (let trial = 0; trial < TRIES; trial++) {
      await sleep(1_000 + Math.random() * 300);
      zombie.signal('SIGSTOP');
      await allOn(other);
      zombie.signal('SIGCONT');
    }
    const sent = await stopLoad();
    assertAnsweredOnce(await harness.waitForAnswers(sent), sent, () => 0.25);
    assert.equal(await zombie.stop('SIGTERM'), 0, zombie.log());
    assert.equal(await other.stop('SIGTERM'), 0, other.log());
    assert.equal((await harness.answers()).length, sent, 'and nothing comes after');
  });
});

/** Waits until an instance has all partitions and has answered on them. */
async function allOn({ url }: { readonly url: string }): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/health/ready`);
    const { detail } = (await answer.json()) as {
      detail: { consumer?: { partitions: string[]; lag: number } };
    };
    if (detail.consumer?.partitions.length === 4 && detail.consumer.lag < 1_000) return;
    await sleep(100);
  }
}
