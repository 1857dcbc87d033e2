/**
 * # 7. Fencing
 *
 * Kafka gives a partition away when its member has been silent for a session, 10 s. The member may
 * not be dead: a machine that slept, a process that was stopped. It wakes up in the middle of its
 * work and does not know yet that somebody else does it now. Were it to write, two would have
 * written.
 *
 * So a member holds its partitions on a lease, a little shorter than the session, counted from its
 * last heartbeat that was answered. `isStale()` of a batch turns true when the lease has run out or
 * the partition was given up, without asking Kafka. A handler looks before it writes, and hands the
 * question to `send` as `isVoid`: it is asked once more when the bytes go to the socket. What is
 * void is refused with PARTITION_LOST. The commit is safe by itself: it names its generation, and
 * Kafka refuses an old one.
 *
 * `test/consumer/lease.test.ts` has the clocks, `test/consumer/rebalance.test.ts` members that are
 * expelled.
 *
 * Next: 08-exactly-once.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RecordBatch, TypedProducer } from '../../src/index.ts';
import { answerTo, type Fixture, openFixture, until } from '../support/fixture.ts';
import { labels, numbersOf, TOPIC } from './labels.ts';

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
});
after(async () => {
  await producer.close();
  await fixture.close();
});

test('what is void when it is about to be written is not written', async () => {
  let isLost = false;
  const isVoid = () => isLost;
  await producer.send(TOPIC, labels(0, 0, 0), { isVoid });
  isLost = true;
  await assert.rejects(producer.send(TOPIC, labels(1, 1, 0), { isVoid }), {
    code: 'PARTITION_LOST',
    // The partition's new member does the work again, or this one when it is given it back.
    retriable: true,
  });
  assert.deepEqual(numbersOf(await fixture.bus.tail(TOPIC, 0, 10)), [0]);
});

test('a batch is void once its member has given the partition up, and so is what follows from it', async () => {
  await producer.send(TOPIC, labels(0, 0, 1));
  let kept: RecordBatch<typeof TOPIC> | undefined;
  const staleInHand: boolean[] = [];
  const consumer = await fixture.bus.consume({
    group: 'fenced',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch(batch) {
      staleInHand.push(batch.isStale());
      if (batch.partition === 1) kept = batch;
      return {};
    },
  });
  await until('the batch is in hand', () => kept !== undefined);
  await consumer.close();
  assert.ok(kept && !staleInHand.includes(true), 'while it is in hand it is not stale');

  // An answer that somebody forgot to wait for, and that is written only now.
  const isVoid = kept.isStale;
  const late = { key: 'r-0', value: answerTo(0), partition: 1 };
  assert.equal(isVoid(), true);
  await assert.rejects(producer.send('inference.predictions', [late], { isVoid }), {
    code: 'PARTITION_LOST',
  });
  assert.deepEqual(await fixture.bus.tail('inference.predictions', 1, 10), []);
});
