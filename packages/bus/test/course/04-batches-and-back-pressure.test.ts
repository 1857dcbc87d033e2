/**
 * # 4. Batches and back-pressure
 *
 * A consumer is handed batches: what Kafka had of one partition when it was asked. A partition has
 * one batch in hand, and its next one waits; the other partitions do not wait for it. A slow
 * consumer therefore needs no queue of its own and no limit: what it has not fetched stays on
 * Kafka, costs no memory, and shows as lag. When it catches up, batches are larger, and so the work
 * per record smaller.
 *
 * Next: 05-assignment-and-seek.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture, until } from '../support/fixture.ts';
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

test('a partition has one batch in hand; what comes meanwhile waits on Kafka, and the others go on', async () => {
  let finish = () => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const handled: number[][] = [[], [], [], []];
  let inHand = 0;
  let mostInHand = 0;
  const consumer = await fixture.bus.consume({
    group: 'slow',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ partition, records, lastOffset }) {
      if (partition === 0) {
        inHand++;
        mostInHand = Math.max(mostInHand, inHand);
        await slow;
        inHand--;
      }
      handled[partition]?.push(...numbersOf(records));
      return { commit: lastOffset + 1 };
    },
  });
  await producer.send(TOPIC, labels(0, 0, 0));
  await until('the slow one has begun', () => inHand === 1);
  for (let i = 1; i <= 20; i++) await producer.send(TOPIC, [...labels(i, i, 0), ...labels(i, i, 1)]);

  await until('partition 1 is read', () => handled[1]?.length === 20);
  assert.deepEqual(handled[0], [], 'partition 0 has its first batch in hand still');
  await until('what waits is known', () => consumer.lag() > 1);

  finish();
  await until('partition 0 is read', () => handled[0]?.length === 21);
  await until('nothing waits', () => consumer.lag() === 0);
  await consumer.close();
  assert.deepEqual(
    handled[0],
    Array.from({ length: 21 }, (_, i) => i),
  );
  assert.equal(mostInHand, 1);
});

/**
 * Where all partitions share something scarce, a model in memory for example, fewer may be in hand
 * at once.
 */
test('`concurrency` says how many partitions may be in hand at the same time', async () => {
  for (const partition of [0, 1, 2, 3]) await producer.send(TOPIC, labels(0, 9, partition));

  const mostAtOnce = async (group: string, limit: { concurrency?: number }) => {
    const partitions = new Set<number>();
    let inHand = 0;
    let most = 0;
    const consumer = await fixture.bus.consume({
      ...limit,
      group,
      topics: [TOPIC],
      badRecords: 'skip',
      async onBatch({ partition }) {
        inHand++;
        most = Math.max(most, inHand);
        for (let i = 0; i < 100; i++) await turn();
        inHand--;
        partitions.add(partition);
        return {};
      },
    });
    await until('every partition had its turn', () => partitions.size === 4);
    await consumer.close();
    return most;
  };
  assert.equal(await mostAtOnce('one at a time', { concurrency: 1 }), 1);
  assert.ok((await mostAtOnce('all at once', {})) > 1);
});
