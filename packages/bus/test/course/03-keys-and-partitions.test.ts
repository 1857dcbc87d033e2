/**
 * # 3. Keys and partitions
 *
 * Order holds within a partition only. So the first question of every design is which records must
 * stay in order, and the answer is their key: records of one key lie on one partition, because the
 * key's hash says which. All clients that hash as Kafka's Java client does agree, in any language.
 *
 * Partitions are also how work is divided: several consumers of a group have some each. What
 * belongs together must lie together, and an answer is written to the partition of its question.
 *
 * Next: 04-batches-and-back-pressure.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BusRecord, partitionOfKey, type TypedProducer } from '../../src/index.ts';
import { answerTo, type Fixture, openFixture, requestNumber } from '../support/fixture.ts';
import { label, numbersOf, TOPIC } from './labels.ts';

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

test('records of one key lie on one partition, in the order in which they were sent', async () => {
  const keys = ['ann', 'ben', 'cleo', 'dan', 'eve', 'finn'];
  for (let round = 0; round < 3; round++)
    await producer.send(
      TOPIC,
      keys.map((key) => ({ key, value: label(round).value })),
    );

  const byKey = new Map<string, BusRecord<typeof TOPIC>[]>();
  for await (const records of fixture.bus.slice(TOPIC, { by: 'offset' }))
    for (const record of records) byKey.set(record.key, [...(byKey.get(record.key) ?? []), record]);

  assert.equal(byKey.size, keys.length);
  const partitions = await fixture.bus.partitions(TOPIC);
  for (const [key, records] of byKey) {
    const expected = partitionOfKey(Buffer.from(key), partitions);
    assert.deepEqual(new Set(records.map(({ partition }) => partition)), new Set([expected]));
    assert.deepEqual(numbersOf(records), [0, 1, 2]);
  }
  const used = new Set([...byKey.values()].flat().map(({ partition }) => partition));
  assert.ok(used.size > 1, 'the keys are spread over partitions');
});

/**
 * Whoever reads partition 2 of both topics has every question together with its answer, and needs
 * no one else.
 */
test('a partition may be named, so that an answer lies where its question does', async () => {
  const question = requestNumber(7);
  await producer.send('inference.requests', [{ ...question, partition: 2 }]);
  const [asked] = await fixture.bus.tail('inference.requests', 2, 1);
  assert.ok(asked);

  const { partition, key, offset } = asked;
  const value = { ...answerTo(7), requestPartition: partition, requestOffset: offset };
  await producer.send('inference.predictions', [{ key, value, partition }]);

  const [answered] = await fixture.bus.tail('inference.predictions', 2, 1);
  assert.equal(answered?.value.requestId, question.value.requestId);
  await assert.rejects(producer.send('inference.predictions', [{ key, value, partition: 99 }]), {
    code: 'CONFIG_INVALID',
  });
});
