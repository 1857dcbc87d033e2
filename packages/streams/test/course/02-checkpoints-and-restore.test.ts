/**
 * # 2. Checkpoints, and a restore
 *
 * A state in memory is gone with its process. So it is kept on Kafka too, on the compacted topic
 * service.checkpoints, of which the newest record per key stays. A checkpoint says how far the
 * state has come: the position, one past the last record it has seen. It is written now and then,
 * and at a stop in good order; only then is the position committed. The order is always the same:
 * outputs, checkpoint, commit.
 *
 * Whoever gets the partition next, here or on another machine, reads the checkpoint and seeks to
 * its position. There is no database to run, and no disk that must be where the process is.
 *
 * Next: 03-a-crash-between-output-and-commit.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Fixture, openFixture, PARTITIONS, until } from '../support/fixture.ts';
import { countLabels, reportsOf, TOPIC } from './count-labels.ts';

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
});
after(() => fixture.close());

test('a fold that was stopped goes on with its state, and sees no record twice', async () => {
  await fixture.sendLabels(0, 7 * PARTITIONS);
  const first: number[] = [];
  const one = await countLabels(fixture, { folded: first });
  await until('all is folded', async () => one.lag() === 0);
  await one.stop();
  assert.deepEqual(await reportsOf(fixture, 1), [[5, 5]]);

  const checkpoints = await fixture.readAll('service.checkpoints');
  assert.deepEqual(
    checkpoints.map(({ key, value }) => [key, value.position]).sort(),
    Array.from({ length: PARTITIONS }, (_, partition) => [`counting/${TOPIC}/${partition}`, 7]),
  );
  const committed = await fixture.bus.groupOffsets('counting', TOPIC);
  assert.ok(committed.every(({ offset }) => offset === 7));

  await fixture.sendLabels(7 * PARTITIONS, 10 * PARTITIONS);
  const second: number[] = [];
  const again = await countLabels(fixture, { folded: second });
  await until('the rest is folded', async () => again.lag() === 0);
  await again.stop();
  // It says 10, which it can only know from the seven before.
  assert.deepEqual(await reportsOf(fixture, 1), [
    [5, 5],
    [10, 10],
  ]);
  const all = Array.from({ length: 10 * PARTITIONS }, (_, i) => i);
  assert.deepEqual(
    second.toSorted((a, b) => a - b),
    all.slice(7 * PARTITIONS),
  );
  assert.deepEqual(
    [...first, ...second].sort((a, b) => a - b),
    all,
  );
});
