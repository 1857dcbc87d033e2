/**
 * # 4. Another format
 *
 * Sooner or later a state must hold something new, and the old checkpoints do not have it. Its
 * codec then gets another `format`. Checkpoints of other formats are passed over: the input is
 * folded again from the first record that is kept, and the new state is as if it had been there all
 * along. The outputs repeat themselves under their old names, and readers drop them (chapter 3).
 * Nobody writes a migration.
 *
 * The other kind of stage, a map whose outputs follow from a few records at a time, needs no state
 * that is kept: `packages/drift-stages/test/course/01-a-chunked-map.test.ts`.
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

test('a state of another format is made anew from the input', async () => {
  await fixture.sendLabels(0, 5 * PARTITIONS);
  const old = await countLabels(fixture, { format: 1 });
  await until('all is folded', async () => old.lag() === 0);
  await old.stop();

  const folded: number[] = [];
  const next = await countLabels(fixture, { format: 2, folded });
  await until('all is folded again', () => folded.length === 5 * PARTITIONS);
  await next.stop();
  assert.deepEqual(await reportsOf(fixture, 1), [
    [5, 5],
    [5, 5],
  ]);

  // It has a checkpoint of its own now, and goes on from there.
  await fixture.sendLabels(5 * PARTITIONS, 6 * PARTITIONS);
  const more: number[] = [];
  const last = await countLabels(fixture, { format: 2, folded: more });
  await until('the rest is folded', () => more.length >= PARTITIONS);
  await last.stop();
  assert.equal(more.length, PARTITIONS);
});
