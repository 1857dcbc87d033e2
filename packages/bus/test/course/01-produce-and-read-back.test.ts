/**
 * # 1. Produce, and read back
 *
 * Kafka keeps records in topics. A topic is a few logs, its partitions; a record is appended to one
 * of them, gets the next number there, its offset, and stays for days, whoever has read it. So
 * reading takes nothing away, and can be done again.
 *
 * A bus knows the topics of driftloop by their names, and each has one schema: what is sent is
 * checked against it, what is read has its type. Nothing is connected before it is used. In these
 * chapters `fixture.bus` is a bus on a real Kafka, with topics of its own.
 *
 * Next: who remembers how far somebody has read? 02-offsets-and-commits.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture } from '../support/fixture.ts';
import { label, labels, numbersOf, TOPIC } from './labels.ts';

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

/**
 * `send` resolves when all replicas have the records. Those of one partition lie in the order of
 * the calls.
 */
test('what is sent lies on the topic, in order, each record with an offset', async () => {
  await producer.send(TOPIC, labels(0, 2, 0));
  await producer.send(TOPIC, labels(3, 3, 0));

  const newest = await fixture.bus.tail(TOPIC, 0, 3);
  assert.deepEqual(
    newest.map(({ offset, key, value }) => [offset, key, value.label]),
    [
      [1, 'r-1', 1],
      [2, 'r-2', 2],
      [3, 'r-3', 3],
    ],
  );
});

/**
 * A slice is a stretch of history, by offsets or by time. It has an end, so it is the way to count,
 * compare and replay.
 */
test('a slice gives the same records each time it is read', async () => {
  await producer.send(TOPIC, labels(0, 9, 1));

  const read = async () => {
    const records = [];
    for await (const batch of fixture.bus.slice(TOPIC, { by: 'offset', partition: 1, from: 4, to: 8 }))
      records.push(...batch);
    return records;
  };
  const once = await read();
  assert.deepEqual(numbersOf(once), [4, 5, 6, 7]);
  assert.deepEqual(await read(), once);
});

/**
 * One wrong record among good ones: none of them is written, so the caller may correct it and send
 * them all.
 */
test('what the schema does not allow is refused before anything is written', async () => {
  const { key, value } = label(1);
  const wrong = { key, value: { ...value, eventTime: 0.5 }, partition: 2 };

  await assert.rejects(producer.send(TOPIC, [...labels(0, 0, 2), wrong]), { code: 'RECORD_INVALID' });
  assert.deepEqual(await fixture.bus.tail(TOPIC, 2, 10), []);
});
