/**
 * # 5. Assignment and seek
 *
 * Kafka gives each partition to one member of the group, and shares them out anew whenever a member
 * comes or goes: a rebalance. For each partition that a member is given, `onAssigned` is called
 * first, with the commit; what was kept in memory for partitions is void once `onRevoked` is
 * called.
 *
 * A consumer that keeps state of its own knows better than the commit where that state stands, and
 * says so: a number skips forward to there and never goes back, `{ seek }` goes exactly there.
 * `packages/streams` is built on the second; chapter 8 uses the first.
 *
 * Next: 06-dead-letters.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Consumer, StartPosition, TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture, until } from '../support/fixture.ts';
import { labels, numbersOf, TOPIC } from './labels.ts';

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
  await producer.send(TOPIC, labels(0, 9, 0));
});
after(async () => {
  await producer.close();
  await fixture.close();
});

/** Reads partition 0 from where `start` says until record 9 has come, committing all of it. */
async function readFrom(group: string, start: StartPosition) {
  const read: number[] = [];
  let committed: number | undefined;
  const consumer = await fixture.bus.consume({
    group,
    topics: [TOPIC],
    badRecords: 'skip',
    async onAssigned(_, partition, commit) {
      if (partition !== 0) return undefined;
      committed ??= commit;
      return start;
    },
    async onBatch({ records, lastOffset }) {
      read.push(...numbersOf(records));
      return { commit: lastOffset + 1 };
    },
  });
  await until('record 9 is read', () => read.includes(9));
  await consumer.close();
  return { read, committed };
}

test('a number skips forward from the commit, `{ seek }` goes back below it', async () => {
  const first = await readFrom('seeking', 6);
  assert.deepEqual(first, { read: [6, 7, 8, 9], committed: 0 });

  const again = await readFrom('seeking', { seek: 3 });
  assert.deepEqual(again, { read: [3, 4, 5, 6, 7, 8, 9], committed: 10 });
});

/** Otherwise a state that lags behind the group would make it do again what is done. */
test('a number below the commit does not go back', async () => {
  const read: number[] = [];
  const consumer = await fixture.bus.consume({
    group: 'seeking',
    topics: [TOPIC],
    badRecords: 'skip',
    onAssigned: async () => 3,
    async onBatch({ records }) {
      read.push(...numbersOf(records));
      return {};
    },
  });
  await producer.send(TOPIC, labels(10, 10, 0));
  await until('the new record is read', () => read.includes(10));
  await consumer.close();
  assert.deepEqual(read, [10]);
});

test('members share the partitions, and hear when they are shared out anew', async () => {
  const heard: string[] = [];
  const join = (name: string): Promise<Consumer> =>
    fixture.bus.consume({
      group: 'shared',
      topics: [TOPIC],
      badRecords: 'skip',
      onRevoked: () => heard.push(`${name}: revoked`),
      onBatch: async ({ lastOffset }) => ({ commit: lastOffset + 1 }),
    });
  const heldBy = (consumer: Consumer) => consumer.health().detail.partitions;

  const one = await join('one');
  assert.equal(heldBy(one).length, 4);
  assert.equal(heard.length, 0);

  const two = await join('two');
  await until('each has two', () => heldBy(one).length === 2 && heldBy(two).length === 2);
  assert.equal(new Set([...heldBy(one), ...heldBy(two)]).size, 4, 'no partition is read by both');
  assert.ok(heard.includes('one: revoked'));

  await two.close();
  await until('the first has all again', () => heldBy(one).length === 4);
  await one.close();
});
