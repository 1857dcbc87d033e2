import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import kafkajs from 'kafkajs';
import { type Fixture, openFixture, requestNumber, until } from './support/fixture.ts';

const TOPIC = 'inference.requests';

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
  const producer = await fixture.bus.producer();
  const others = fixture.kafka.producer();
  await others.connect();
  await producer.send(TOPIC, [{ ...requestNumber(0), partition: 0 }]);
  await others.send({
    topic: `${fixture.prefix}${TOPIC}`,
    compression: kafkajs.CompressionTypes.GZIP,
    messages: [Buffer.from('x'), Buffer.alloc(129 * 1024 * 1024)].map((value) => ({ value, partition: 0 })),
  });
  await producer.send(TOPIC, [{ ...requestNumber(3), partition: 0 }]);
  await others.disconnect();
  await producer.close();
});
after(() => fixture.close());

test('a batch that unpacks to more than is read is one dead letter, and its partition goes on', async () => {
  const read: number[] = [];
  const ends: number[] = [];
  const consumer = await fixture.bus.consume({
    group: 'bombed',
    topics: [TOPIC],
    badRecords: 'deadLetter',
    async onBatch({ records, lastOffset }) {
      read.push(...records.map(({ offset }) => offset));
      ends.push(lastOffset);
      return { commit: lastOffset + 1 };
    },
    onCrash: (error) => assert.fail(String(error)),
  });
  await until('what lies behind is read', () => read.includes(3));
  await consumer.close();
  assert.deepEqual(read, [0, 3]);
  assert.ok(!ends.includes(1), 'nobody begins again within it');
  const letters = await fixture.bus.tail('dead.letters', 0, 10);
  assert.deepEqual(
    letters.map(({ value: { topic, partition, offset, key, value, code } }) => [
      topic,
      partition,
      offset,
      key,
      value,
      code,
    ]),
    [[TOPIC, 0, 1, null, null, 'RECORD_NOT_AVRO']],
  );
  assert.match(letters[0]?.value.reason ?? '', /offsets 1 to 2 .*134217728 bytes/);
  assert.equal((await fixture.bus.groupOffsets('bombed', TOPIC))[0]?.offset, 4);
});

test('followers, slices and readers of bytes pass over such a batch', async () => {
  const followed: number[] = [];
  const keep = () => true;
  const follower = await fixture.bus.follow(TOPIC, (records) => {
    followed.push(...records.map(({ offset }) => offset));
  });
  await follower.close();
  assert.deepEqual(followed, [0, 3]);
  const sliced: number[] = [];
  for await (const records of fixture.bus.slice(TOPIC, { by: 'offset', partition: 0, keep }))
    sliced.push(...records.map(({ offset }) => offset));
  assert.deepEqual(sliced, [0, 3]);
  const bytes: number[] = [];
  for await (const records of fixture.bus.bytes(TOPIC, 0, 0))
    bytes.push(...records.map(({ offset }) => offset));
  assert.deepEqual(bytes, [0, 3]);
});
