/**
 * # 1. A fold
 *
 * The course of `packages/bus` ended with a relay: what it writes follows from one record. Here
 * what is written follows from all records so far, so there is a state. A fold has one per
 * partition: `createState` makes it, `apply` takes records in, in their order, and says what is to
 * be written.
 *
 * `apply` is a function of state and records alone. It may not look at a clock, draw random numbers
 * or ask a database, because after a crash it is given the same records once more and must come to
 * the same, byte for byte. That is all that is asked of it; the rest of this course is what follows
 * from that.
 *
 * The fold of these chapters is in count-labels.ts: it counts.
 *
 * Next: 02-checkpoints-and-restore.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Fixture, openFixture, PARTITIONS, until } from '../support/fixture.ts';
import { countLabels, reportsOf } from './count-labels.ts';

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
});
after(() => fixture.close());

test('each partition is folded by itself, and what follows is written in its order', async () => {
  // Label i is i % 2 and goes to partition i % 4: partitions 0 and 2 have zeros, 1 and 3 have ones.
  await fixture.sendLabels(0, 12 * PARTITIONS);
  const stage = await countLabels(fixture);
  await until('all is folded', async () => stage.lag() === 0);
  assert.equal(stage.health().ok, true);
  await stage.stop();

  assert.deepEqual(await reportsOf(fixture, 0), [
    [5, 0],
    [10, 0],
  ]);
  assert.deepEqual(await reportsOf(fixture, 3), [
    [5, 5],
    [10, 10],
  ]);
});
