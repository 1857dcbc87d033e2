import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DriftVerdict } from '@driftloop/schemas';
import { type Fixture, labelNumber, openFixture, PARTITIONS, until } from './support/fixture.ts';
import { applyLabels, OUTPUT_EVERY } from './support/stages.ts';

const PROGRAM = fileURLToPath(new URL('./support/run-fold.ts', import.meta.url));
const KILLS = 3;

let fixture: Fixture;
const children = new Set<ChildProcess>();
before(async () => {
  fixture = await openFixture();
});
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await fixture.close();
});

function start(): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, ...fixture.env },
    stdio: 'inherit',
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** What an undisturbed run writes, from the definition. */
function expectedVerdicts(partition: number, labels: readonly number[]): DriftVerdict[] {
  const records = labels.map((i) => ({ value: labelNumber(i) }));
  return applyLabels({ count: 0, hash: '' }, records, partition);
}

test('kill -9 at random moments, members that come and go: the outputs are those of an undisturbed run, byte for byte', {
  timeout: 240_000,
}, async (t) => {
  let sent = 0;
  const stop = new AbortController();
  const sending = (async () => {
    while (!stop.signal.aborted) {
      await fixture.sendLabels(sent, sent + 40);
      sent += 40;
      await sleep(20);
    }
    await fixture.sendLabels(sent, sent + 13);
    sent += 13;
  })();

  const verdicts = async () => (await fixture.readAll('drift.verdicts')).map(({ value }) => value);
  let one = start();
  let two = start();
  for (let kill = 0; kill < KILLS; kill++) {
    // The group waits for those that were killed; only then is there something to disturb.
    const before = (await verdicts()).length;
    await until('verdicts are written', async () => (await verdicts()).length > before);
    await sleep(Math.random() * 1500);
    // Sometimes one goes in good order, sometimes both are killed at once.
    if (kill % 2 === 0) two.kill('SIGTERM');
    else two.kill('SIGKILL');
    one.kill('SIGKILL');
    await Promise.all([one, two].map(ended));
    one = start();
    await sleep(Math.random() * 500);
    two = start();
  }
  stop.abort();
  await sending;

  const labelsOf = (partition: number) =>
    Array.from({ length: sent }, (_, i) => i).filter((i) => i % PARTITIONS === partition);
  const expectedCount = Array.from({ length: PARTITIONS }, (_, partition) =>
    Math.floor(labelsOf(partition).length / OUTPUT_EVERY),
  );
  await until('all verdicts are there', async () => {
    const keys = new Set((await verdicts()).map(({ model, sequence }) => `${model}/${sequence}`));
    return keys.size >= expectedCount.reduce((sum, count) => sum + count, 0);
  });
  one.kill('SIGTERM');
  two.kill('SIGTERM');
  await Promise.all([one, two].map(ended));

  const written = await verdicts();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const mine = written.filter(({ model }) => model === `p${partition}`);
    const bySequence = new Map<number, string>();
    for (const value of mine) {
      const text = JSON.stringify(value);
      const before = bySequence.get(value.sequence);
      assert.ok(before === undefined || before === text, 'a repeated output is the same');
      bySequence.set(value.sequence, text);
    }
    assert.deepEqual(
      [...bySequence].sort(([a], [b]) => a - b).map(([, text]) => text),
      expectedVerdicts(partition, labelsOf(partition)).map((value) => JSON.stringify(value)),
    );
  }
  const repeated = written.length - expectedCount.reduce((sum, count) => sum + count, 0);
  t.diagnostic(`${sent} labels, ${written.length} verdicts, ${repeated} of them repeated`);
});
