import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DeadLetter } from '@driftloop/schemas';
import type { BusRecord, TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture, requestNumber, until } from '../support/fixture.ts';
import { registryProxy } from '../support/registry-proxy.ts';

const TOPIC = 'inference.requests';
/** No registry has given it out. */
const UNKNOWN_ID = Buffer.from([0, 0x7f, 0xff, 0xff, 0xfe, 1, 2, 3]);

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

async function deadLetters(count: number): Promise<DeadLetter[]> {
  const read = async () => (await fixture.bus.tail('dead.letters', 0, 100)).map(({ value }) => value);
  await until(`${count} dead letters`, async () => (await read()).length >= count);
  return read();
}

/** A good record, as it lies on Kafka. */
async function goodBytes(): Promise<Buffer> {
  await producer.send(TOPIC, [{ ...requestNumber(0), partition: 3 }]);
  const consumer = fixture.kafka.consumer({ groupId: `${fixture.prefix}raw` });
  await consumer.connect();
  await consumer.subscribe({ topic: `${fixture.prefix}${TOPIC}`, fromBeginning: true });
  const bytes = await new Promise<Buffer>((resolve) => {
    void consumer.run({ eachMessage: async ({ message }) => resolve(message.value ?? Buffer.alloc(0)) });
  });
  await consumer.disconnect();
  return bytes;
}

test('what cannot be read ends in dead.letters with its bytes; the rest of the partition is delivered', async () => {
  const good = await goodBytes();
  const bad: readonly [string, Buffer | null, string][] = [
    ['text', Buffer.from('{"requestId":"x"}'), 'RECORD_NOT_AVRO'],
    ['unknown', UNKNOWN_ID, 'RECORD_UNKNOWN_SCHEMA'],
    ['empty', null, 'RECORD_NOT_AVRO'],
    ['nothing', Buffer.alloc(0), 'RECORD_NOT_AVRO'],
    ['truncated', good.subarray(0, good.length - 3), 'RECORD_NOT_AVRO'],
    ['trailing', Buffer.concat([good, Buffer.from('x')]), 'RECORD_NOT_AVRO'],
  ];
  for (const [i, [key, value]] of bad.entries()) {
    await producer.send(TOPIC, [{ ...requestNumber(i), partition: 0 }]);
    await producer.sendBytes(TOPIC, [{ key: Buffer.from(key), value, partition: 0 }]);
  }
  await producer.send(TOPIC, [{ ...requestNumber(bad.length), partition: 0 }]);

  const read: BusRecord<typeof TOPIC>[] = [];
  const ranges: [number, number][] = [];
  const consumer = await fixture.bus.consume({
    group: 'letters',
    topics: [TOPIC],
    badRecords: 'deadLetter',
    async onBatch({ partition, records, firstOffset, lastOffset }) {
      if (partition === 0) {
        read.push(...records);
        ranges.push([firstOffset, lastOffset]);
      }
      return { commit: lastOffset + 1 };
    },
  });
  await until('all is read', () => read.length === bad.length + 1);
  const letters = await deadLetters(bad.length);
  const { badRecords, deadLetters: written } = consumer.health().detail;
  await consumer.close();

  assert.deepEqual(
    read.map(({ value }) => value.eventTime),
    [0, 1, 2, 3, 4, 5, 6],
  );
  assert.deepEqual([ranges[0]?.[0], ranges.at(-1)?.[1]], [0, 12]);
  assert.deepEqual(
    letters.map(({ topic, partition, offset, key, value, code, service }) => ({
      topic,
      partition,
      offset,
      key: key && Buffer.from(key).toString(),
      value: value && Buffer.from(value),
      code,
      service,
    })),
    bad.map(([key, value, code], i) => ({
      topic: TOPIC,
      partition: 0,
      offset: i * 2 + 1,
      key,
      value,
      code,
      service: 'test',
    })),
  );
  assert.ok(letters.every(({ reason, at }) => reason.length > 20 && at > 1.7e12));
  assert.deepEqual([badRecords, written], [bad.length, bad.length]);
  assert.equal((await fixture.bus.groupOffsets('letters', TOPIC))[0]?.offset, 13);
});

test('dead letters of the handler carry the original bytes too', async () => {
  const before = (await fixture.bus.offsets('dead.letters'))[0]?.high ?? 0;
  await producer.send('inference.labels', [
    { key: 'r-1', partition: 1, value: { requestId: 'r-1', model: 'm', label: 1, eventTime: 1 } },
    { key: 'r-2', partition: 1, value: { requestId: 'r-2', model: 'm', label: 7, eventTime: 2 } },
  ]);
  const consumer = await fixture.bus.consume({
    group: 'handler',
    topics: ['inference.labels'],
    badRecords: 'deadLetter',
    async onBatch({ records, lastOffset }) {
      const wrong = records.filter(({ value }) => value.label > 1);
      return {
        commit: lastOffset + 1,
        deadLetters: wrong.map(({ offset }) => ({
          offset,
          code: 'LABEL_INVALID' as const,
          reason: 'no such class',
        })),
      };
    },
  });
  await until(
    'it is written',
    async () => ((await fixture.bus.offsets('dead.letters'))[0]?.high ?? 0) > before,
  );
  await consumer.close();
  const [letter] = await fixture.bus.tail('dead.letters', 0, 1);
  assert.equal(letter?.key, 'r-2');
  assert.deepEqual([letter?.value.code, letter?.value.offset], ['LABEL_INVALID', 1]);
  // Sent again from there, it is the same record.
  const value = letter?.value.value ?? null;
  await producer.sendBytes('inference.labels', [{ key: letter?.value.key ?? null, value, partition: 2 }]);
  const [again] = await fixture.bus.tail('inference.labels', 2, 1);
  assert.deepEqual(again?.value, {
    requestId: 'r-2',
    model: 'm',
    label: 7,
    eventTime: 2,
    labelName: null,
    values: [],
    labelNames: [],
  });
});

test('what a handler leaves to be written is written when the dead letters of its batch are there, before the commit', async () => {
  const letters = async () => (await fixture.bus.offsets('dead.letters'))[0]?.high ?? 0;
  const committed = async () => (await fixture.bus.groupOffsets('later', 'training.progress'))[0]?.offset;
  const before = await letters();
  await producer.sendBytes('training.progress', [{ key: null, value: Buffer.from('x') }]);
  let seen: unknown;
  const consumer = await fixture.bus.consume({
    group: 'later',
    topics: ['training.progress'],
    badRecords: 'deadLetter',
    onBatch: async ({ lastOffset }) => ({
      commit: lastOffset + 1,
      async write() {
        seen = { letters: (await letters()) - before, committed: await committed() };
      },
    }),
  });
  await until('it is committed', async () => (await committed()) === 1);
  await consumer.close();
  assert.deepEqual(seen, { letters: 1, committed: -1 });
});

test("badRecords: 'skip' only counts them", async () => {
  const before = (await fixture.bus.offsets('dead.letters'))[0]?.high;
  await producer.sendBytes('drift.verdicts', [{ key: null, value: Buffer.from('x') }]);
  let batches = 0;
  const consumer = await fixture.bus.consume({
    group: 'skip',
    topics: ['drift.verdicts'],
    badRecords: 'skip',
    async onBatch({ records, lastOffset }) {
      assert.equal(records.length, 0);
      batches++;
      return { commit: lastOffset + 1 };
    },
  });
  await until('it is passed', () => batches === 1);
  assert.equal(consumer.health().detail.badRecords, 1);
  await consumer.close();
  assert.equal((await fixture.bus.groupOffsets('skip', 'drift.verdicts'))[0]?.offset, 1);
  assert.equal((await fixture.bus.offsets('dead.letters'))[0]?.high, before);
});

test('an unknown schema id is asked for once, however many records name it', async () => {
  const proxy = await registryProxy(fixture.registryUrl);
  const bus = fixture.another({ registryUrl: proxy.url });
  await producer.sendBytes(
    'drift.signals',
    Array.from({ length: 500 }, () => ({ key: null, value: UNKNOWN_ID, partition: 0 })),
  );
  let seen = 0;
  const consumer = await bus.consume({
    group: 'unknown',
    topics: ['drift.signals'],
    badRecords: 'skip',
    async onBatch({ firstOffset, lastOffset }) {
      seen += lastOffset - firstOffset + 1;
      return {};
    },
  });
  await until('all are passed', () => seen === 500);
  await producer.sendBytes('drift.signals', [{ key: null, value: UNKNOWN_ID, partition: 0 }]);
  await until('one more is passed', () => seen === 501);
  await consumer.close();
  assert.equal(proxy.paths.filter((path) => path.includes('/schemas/ids/')).length, 1);
  await proxy.close();
});

test('while the registry is out of order records wait: they are not bad', async () => {
  const proxy = await registryProxy(fixture.registryUrl);
  proxy.broken = true;
  const bus = fixture.another({ registryUrl: proxy.url });
  await producer.send(
    'inference.predictions',
    [1, 2, 3].map((i) => ({
      key: `r-${i}`,
      partition: 0,
      value: {
        requestId: `r-${i}`,
        model: 'm',
        version: 1,
        eventTime: i,
        servedAt: i,
        outputs: Float32Array.of(1),
        predicted: 0,
        role: 'shadow' as const,
        requestPartition: 0,
        requestOffset: i,
        requestTime: -1,
      },
    })),
  );
  const read: string[] = [];
  const consumer = await bus.consume({
    group: 'registry-down',
    topics: ['inference.predictions'],
    badRecords: 'deadLetter',
    async onBatch({ records, lastOffset }) {
      read.push(...records.map(({ key }) => key));
      return { commit: lastOffset + 1 };
    },
  });
  await until('it has asked several times', () => proxy.paths.length > 3);
  assert.deepEqual(read, []);
  proxy.broken = false;
  await until('the records are read', () => read.length === 3);
  assert.equal(consumer.health().detail.badRecords, 0);
  await consumer.close();
  await proxy.close();
});
