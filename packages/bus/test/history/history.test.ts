import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogger } from '@driftloop/service';
import { Codec } from '../../src/codec/codec.ts';
import { SchemaIds } from '../../src/codec/schema-ids.ts';
import { follow } from '../../src/history/follow.ts';
import type { BusRecord, SliceRange, TypedProducer } from '../../src/index.ts';
import { Connection } from '../../src/kafka/connection.ts';
import type { ProtocolCall } from '../../src/protocol/request.ts';
import { answerTo, type Fixture, openFixture, requestNumber, until } from '../support/fixture.ts';

const TOPIC = 'inference.requests';
/** Not long ago: what is older than a topic's retention may be gone at any moment. */
const START = Date.now() - 3_600_000;

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture({ producersTime: [TOPIC] });
  producer = await fixture.bus.producer();
  // Record i at time START + i, on partition i mod 3; partition 3 stays empty.
  for (let i = 0; i < 3000; i += 500) {
    await producer.send(
      TOPIC,
      Array.from({ length: 500 }, (_, j) => ({
        ...requestNumber(i + j),
        partition: (i + j) % 3,
        timestamp: START + i + j,
      })),
    );
  }
});
after(async () => {
  await producer.close();
  await fixture.close();
});

async function collect(
  batches: AsyncIterable<BusRecord<typeof TOPIC>[]>,
): Promise<BusRecord<typeof TOPIC>[]> {
  const all: BusRecord<typeof TOPIC>[] = [];
  for await (const records of batches) all.push(...records);
  return all;
}

const numbers = (records: readonly BusRecord<typeof TOPIC>[]) => records.map(({ value }) => value.eventTime);

test('a whole slice is merged by timestamp, partition, offset', async () => {
  const records = await collect(fixture.bus.slice(TOPIC, { by: 'offset' }));
  assert.deepEqual(
    numbers(records),
    Array.from({ length: 3000 }, (_, i) => i),
  );
});

test('in a slice the time of a partition never falls: earlier timestamps and none hold no other partition up', async () => {
  const topic = 'inference.predictions';
  const say = (partition: number, i: number, timestamp: number) => ({
    key: `${i}`,
    partition,
    timestamp,
    value: answerTo(i),
  });
  await producer.send(topic, [
    say(0, 0, -1),
    say(0, 2, START + 20),
    say(0, 3, 1),
    say(0, 4, START + 10),
    say(0, 7, START + 50),
    say(1, 1, START),
    say(1, 5, START + 30),
    say(1, 6, START + 40),
    say(1, 8, -1),
  ]);
  const keys = async (range: SliceRange) => {
    const all: string[] = [];
    for await (const records of fixture.bus.slice(topic, range)) all.push(...records.map(({ key }) => key));
    return all.map(Number);
  };
  assert.deepEqual(await keys({ by: 'offset' }), [0, 1, 2, 3, 4, 5, 6, 8, 7]);
  // What is passed over counts all the same.
  assert.deepEqual(await keys({ by: 'offset', keep: (key) => '358'.includes(key) }), [3, 5, 8]);
  assert.deepEqual(await keys({ by: 'time', from: START + 5, to: START + 35 }), [2, 3, 4, 5]);
});

test('a slice by time goes from the first record at `from` to the first at `to`', async () => {
  const range = { by: 'time' as const, from: START + 100, to: START + 200 };
  const records = await collect(fixture.bus.slice(TOPIC, range));
  assert.deepEqual(
    numbers(records),
    Array.from({ length: 100 }, (_, i) => 100 + i),
  );
  const future = { by: 'time' as const, from: START + 2990, to: START + 10_000_000 };
  assert.equal((await collect(fixture.bus.slice(TOPIC, future))).length, 10);
  const none = { by: 'time' as const, from: START + 10_000_000 };
  assert.equal((await collect(fixture.bus.slice(TOPIC, none))).length, 0);
});

test('a slice by offset of one partition ends before `to` and at the end of the partition', async () => {
  const some = await collect(fixture.bus.slice(TOPIC, { by: 'offset', partition: 1, from: 10, to: 13 }));
  assert.deepEqual(
    some.map(({ partition, offset }) => [partition, offset]),
    [
      [1, 10],
      [1, 11],
      [1, 12],
    ],
  );
  const end = await collect(fixture.bus.slice(TOPIC, { by: 'offset', partition: 1, from: 990, to: 5000 }));
  assert.equal(end.length, 10);
});

test('the same slice comes in the same batches', async () => {
  const shapes = async () => {
    const shape: string[] = [];
    for await (const records of fixture.bus.slice(TOPIC, { by: 'offset', from: 5 })) {
      shape.push(`${records.length}:${records[0]?.key}`);
    }
    return shape;
  };
  const first = await shapes();
  assert.ok(first.length > 1);
  assert.deepEqual(await shapes(), first);
});

test('a slice reads only the keys that are wanted', async () => {
  const keep = (key: string) => key.endsWith('7');
  const records = await collect(fixture.bus.slice(TOPIC, { by: 'time', from: START, to: START + 30, keep }));
  assert.deepEqual(numbers(records), [7, 17, 27]);
});

test('a slice that is left early leaves nothing behind', async () => {
  for await (const records of fixture.bus.slice(TOPIC, { by: 'offset' })) {
    assert.equal(records.length, 1000);
    break;
  }
});

test('the tail is the last records, however few there are', async () => {
  const last = await fixture.bus.tail(TOPIC, 2, 3);
  assert.deepEqual(numbers(last), [2993, 2996, 2999]);
  assert.equal((await fixture.bus.tail(TOPIC, 0, 100_000)).length, 1000);
  assert.deepEqual(await fixture.bus.tail(TOPIC, 3, 5), []);
  assert.deepEqual(await fixture.bus.tail(TOPIC, 0, 0), []);
});

test('the tail looks past records that cannot be read', async () => {
  await producer.send('drift.verdicts', []);
  const garbage = Array.from({ length: 9 }, () => ({ key: null, value: Buffer.from('x'), partition: 0 }));
  const label = (i: number) => ({
    key: `${i}`,
    partition: 0,
    value: { requestId: `${i}`, model: 'm', label: i, eventTime: i },
  });
  await producer.send('inference.labels', [label(1), label(2)]);
  await producer.sendBytes('inference.labels', garbage);
  await producer.send('inference.labels', [label(3)]);
  const tail = await fixture.bus.tail('inference.labels', 0, 2);
  assert.deepEqual(
    tail.map(({ key }) => key),
    ['2', '3'],
  );
});

test('follow has caught up when it resolves, goes on, and leaves out what cannot be read', async (t) => {
  const seen: number[] = [];
  let inCall = 0;
  const follower = await fixture.bus.follow(TOPIC, async (records) => {
    assert.equal(inCall++, 0, 'one call at a time');
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(...numbers(records));
    inCall--;
  });
  t.after(() => follower.close());
  assert.equal(seen.length, 3000);
  await producer.sendBytes(TOPIC, [{ key: null, value: Buffer.from('x'), partition: 0 }]);
  await producer.send(TOPIC, [{ ...requestNumber(5000), partition: 0 }]);
  await until('the new record is seen', () => seen.includes(5000));
  await follower.close();
  const after = seen.length;
  await producer.send(TOPIC, [{ ...requestNumber(5001), partition: 0 }]);
  const empty = await fixture.bus.follow('retrain.commands', () => assert.fail('there is nothing'));
  await empty.close();
  assert.equal(seen.length, after);
});

test('follow catches up where what was there at the call expires before it is read', async (t) => {
  const topic = 'drift.signals';
  const raw = Array.from({ length: 10 }, () => ({ key: null, value: Buffer.from('x'), partition: 0 }));
  await producer.sendBytes(topic, raw);
  await producer.sendBytes(topic, [{ ...raw[0]!, partition: 1 }]);
  const admin = fixture.kafka.admin();
  await admin.connect();
  t.after(() => admin.disconnect());
  // kafkajs deletes from topics only that it has looked at before.
  await admin.fetchTopicOffsets(`${fixture.prefix}${topic}`);
  /** Deletes what was listed before the first fetch. */
  class Expiring extends Connection {
    #expired: Promise<void> | undefined;
    override async call<T>(nodeId: number, call: ProtocolCall<T>): Promise<T> {
      if (call.request.apiName === 'Fetch') {
        this.#expired ??= admin.deleteTopicRecords({
          topic: `${fixture.prefix}${topic}`,
          partitions: [0, 1].map((partition) => ({ partition, offset: '-1' })),
        });
        await this.#expired;
      }
      return super.call(nodeId, call);
    }
  }
  const logger = createLogger({ name: 'test', level: 'silent' });
  const connection = new Expiring({ brokers: fixture.brokers, clientId: 'test', logger });
  const codec = new Codec(new SchemaIds(fixture.registryUrl, fixture.prefix));
  const history = { connection, codec, logger, topicPrefix: fixture.prefix };
  const follower = await follow(history, connection, topic, () => assert.fail('there is nothing left'));
  await follower.close();
});

test('offsets at a time are those of the first records from then on, or the end', async () => {
  const ranges = await fixture.bus.offsets(TOPIC);
  const at = async (time: number) => (await fixture.bus.offsetsAt(TOPIC, time)).map(({ offset }) => offset);
  assert.deepEqual(
    await at(0),
    ranges.map(({ low }) => low),
  );
  assert.deepEqual(
    await at(Date.now() + 60_000),
    ranges.map(({ high }) => high),
  );
  const before = Date.now() + 5;
  await new Promise((resolve) => setTimeout(resolve, 20));
  await producer.send(TOPIC, [{ ...requestNumber(7000), partition: 0 }]);
  assert.deepEqual(
    await at(before),
    ranges.map(({ high }) => high),
  );
});

test('follow from the end hands over only what comes after it has resolved', async (t) => {
  const seen: number[] = [];
  const follower = await fixture.bus.follow(TOPIC, (records) => void seen.push(...numbers(records)), {
    fromBeginning: false,
  });
  t.after(() => follower.close());
  await producer.send(TOPIC, [requestNumber(6000), requestNumber(6001)]);
  await until('the new records are seen', () => seen.length >= 2);
  await follower.close();
  assert.deepEqual(
    seen.sort((a, b) => a - b),
    [6000, 6001],
  );
});

test('follow passes over records whose key is not wanted, without reading them', async (t) => {
  const seen: string[] = [];
  const asked: string[] = [];
  const follower = await fixture.bus.follow(
    TOPIC,
    (records) => void seen.push(...records.map(({ key }) => key)),
    {
      fromBeginning: false,
      keep: (key) => {
        asked.push(key);
        return key === 'last';
      },
    },
  );
  t.after(() => follower.close());
  const [other, last] = [requestNumber(6100), requestNumber(6101)];
  await producer.sendBytes(TOPIC, [
    { key: Buffer.from('noise'), partition: 0, value: Buffer.from('no Avro') },
  ]);
  await producer.send(TOPIC, [
    { ...other, partition: 0 },
    { ...last, key: 'last', partition: 0 },
  ]);
  await until('what is wanted is seen', () => seen.length > 0);
  assert.deepEqual(seen, ['last']);
  assert.deepEqual(asked, ['noise', other.key, 'last']);
});

test('an error in the callback rejects follow, and later tells onCrash', async (t) => {
  const failing = fixture.bus.follow(TOPIC, () => {
    throw new Error('cannot fold');
  });
  await assert.rejects(failing, /cannot fold/);
  const crashes: unknown[] = [];
  const follower = await fixture.bus.follow(
    'model.specs',
    () => {
      throw new Error('cannot fold');
    },
    { onCrash: (error) => crashes.push(error) },
  );
  t.after(() => follower.close());
  await producer.send('model.specs', [
    {
      key: 'm',
      value: {
        model: 'm',
        task: 'binary',
        classes: 2,
        features: [{ name: 'f', kind: 'numeric', allowMissing: false }],
        window: {
          lengthMs: 1,
          allowedLatenessMs: 0,
          minSamples: 1,
          allowedAheadMs: 0,
          partitionIdleMs: 10_000,
        },
        drift: { expectedWindowsBetweenFalseAlarms: 1, detectors: [] },
        retrain: {
          enabled: false,
          strategy: 'naive',
          cooldownMs: 0,
          minLabels: 0,
          maxRows: 0,
          maxSeconds: 0,
          maxSteps: 0,
          maxAgeMs: 0,
        },
        rollout: { canaryShare: 0, shadowVersions: [] },
        updatedAt: 0,
      },
    },
  ]);
  await until('the crash is told', () => crashes.length === 1);
  await follower.close();
});
