/**
 * # 2. Offsets and commits
 *
 * A consumer reads for a group. What the group has done is one number per partition, kept on Kafka:
 * the commit, the offset that is to be read next. Whoever reads for the group later begins there;
 * another group has commits of its own and sees all records.
 *
 * Only `onBatch` says what is committed, after the fact: the commit follows the work. A process
 * that is killed in between does that work again. It may repeat something; it never leaves
 * something out. Chapter 8 is about making repetitions harmless.
 *
 * Next: 03-keys-and-partitions.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture, until } from '../support/fixture.ts';
import { labels, numbersOf, TOPIC } from './labels.ts';

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
  await producer.send(TOPIC, labels(0, 5, 0));
});
after(async () => {
  await producer.close();
  await fixture.close();
});

/** Reads for a group until record 5 has come, and commits what lies below `commitBelow`. */
async function readAs(group: string, commitBelow: number): Promise<number[]> {
  const read: number[] = [];
  const consumer = await fixture.bus.consume({
    group,
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ records, lastOffset }) {
      read.push(...numbersOf(records));
      return { commit: Math.min(commitBelow, lastOffset + 1) };
    },
  });
  await until('record 5 is read', () => read.includes(5));
  await consumer.close();
  return read;
}

test('a group goes on where it committed; another group begins at the beginning', async () => {
  assert.deepEqual(await readAs('one', 4), [0, 1, 2, 3, 4, 5]);
  assert.equal((await fixture.bus.groupOffsets('one', TOPIC))[0]?.offset, 4);

  assert.deepEqual(await readAs('one', 6), [4, 5]);
  assert.deepEqual(await readAs('another', 6), [0, 1, 2, 3, 4, 5]);
});

/**
 * An error that nobody foresaw is a bug: it ends the consumer, `onCrash` is told, and the records
 * are still there for the corrected program.
 */
test('nothing is committed for a batch whose handling fails', async () => {
  const crashes: unknown[] = [];
  const consumer = await fixture.bus.consume({
    group: 'crashing',
    topics: [TOPIC],
    badRecords: 'skip',
    onBatch: () => Promise.reject(new Error('a bug')),
    onCrash: (error) => crashes.push(error),
  });
  await until('it has crashed', () => crashes.length > 0);
  await consumer.close();
  assert.equal((await fixture.bus.groupOffsets('crashing', TOPIC))[0]?.offset, -1, 'no commit');

  assert.deepEqual(await readAs('crashing', 6), [0, 1, 2, 3, 4, 5]);
});
