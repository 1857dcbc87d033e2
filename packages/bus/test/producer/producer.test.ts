import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import kafkajs from 'kafkajs';
import { partitionOfKey } from '../../src/protocol/murmur2.ts';
import { type Fixture, openFixture, requestNumber } from '../support/fixture.ts';

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
});
after(() => fixture.close());

async function readAll(partition: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const records of fixture.bus.slice('inference.requests', { by: 'offset', partition })) {
    ids.push(...records.map(({ key }) => key));
  }
  return ids;
}

test('sends that overlap keep their order on each partition', async () => {
  const producer = await fixture.bus.producer();
  const sends = Array.from({ length: 60 }, (_, i) =>
    producer.send(
      'inference.requests',
      Array.from({ length: 50 }, (_, j) => ({ ...requestNumber(i * 50 + j), partition: j % 2 })),
    ),
  );
  await Promise.all(sends);
  await producer.close();
  for (const partition of [0, 1]) {
    const expected = Array.from({ length: 3000 }, (_, i) => i).filter((i) => (i % 50) % 2 === partition);
    assert.deepEqual(
      await readAll(partition),
      expected.map((i) => `r-${i}`),
    );
  }
});

test('keys lie where every other client puts them', async () => {
  const reference = kafkajs.Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: 4 }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
    partitionErrorCode: 0,
  }));
  for (let i = 0; i < 200; i++) {
    const key = `${'ü'.repeat(i % 5)}key-${i * 7919}`;
    const expected = reference({ topic: 't', partitionMetadata, message: { key, value: null } });
    assert.equal(partitionOfKey(Buffer.from(key), 4), expected);
  }
  const producer = await fixture.bus.producer();
  await producer.send('inference.labels', [
    { key: 'where', value: { requestId: 'where', model: 'm', label: 1, eventTime: 1 } },
  ]);
  await producer.close();
  const [record] = await fixture.bus.tail('inference.labels', partitionOfKey(Buffer.from('where'), 4), 1);
  assert.equal(record?.key, 'where');
});

test('more than a batch may hold goes to one partition in several', async () => {
  const producer = await fixture.bus.producer();
  const records = Array.from({ length: 30 }, (_, i) => ({ ...requestNumber(i, 50_000), partition: 2 }));
  await producer.send('inference.requests', records); // 6 MB
  await producer.close();
  assert.deepEqual(
    await readAll(2),
    records.map(({ key }) => key),
  );
});

test('a record that is too large is refused by name, and nothing of its call is sent', async () => {
  const producer = await fixture.bus.producer();
  const before = await fixture.bus.offsets('inference.requests');
  await assert.rejects(producer.send('inference.requests', [requestNumber(1), requestNumber(2, 300_000)]), {
    code: 'RECORD_TOO_LARGE',
    message: /1200\d\d\d bytes/,
  });
  await producer.close();
  assert.deepEqual(await fixture.bus.offsets('inference.requests'), before);
});

test('a partition that the topic does not have is refused', async () => {
  const producer = await fixture.bus.producer();
  const send = producer.send('inference.requests', [{ ...requestNumber(1), partition: 9 }]);
  await assert.rejects(send, { code: 'CONFIG_INVALID', message: /partition 9.*it has 4/ });
  await producer.close();
});

test('close waits for what was sent', async () => {
  const producer = await fixture.bus.producer();
  const send = producer.send('inference.requests', [{ ...requestNumber(4711), partition: 3 }]);
  const closed = producer.close();
  await Promise.all([send, closed]);
  const [record] = await fixture.bus.tail('inference.requests', 3, 1);
  assert.equal(record?.key, 'r-4711');
  await assert.rejects(producer.send('inference.requests', [requestNumber(1)]), {
    code: 'KAFKA_UNAVAILABLE',
  });
});

test('timestamps are kept, decades apart and out of order', async () => {
  const producer = await fixture.bus.producer();
  const times = [832_550_400_000, 1_700_000_000_000, 0, 832_550_400_001];
  await producer.send(
    'training.progress',
    times.map((timestamp, i) => ({
      key: 'm',
      timestamp,
      value: {
        model: 'm',
        commandId: String(i),
        phase: 'training' as const,
        version: null,
        step: i,
        steps: 0,
        loss: null,
        metrics: {},
        at: 0,
        message: '',
      },
    })),
  );
  await producer.close();
  const records = await fixture.bus.tail('training.progress', 0, 4);
  assert.deepEqual(
    records.map(({ timestamp }) => timestamp),
    times,
  );
});

test('an unreachable broker is KAFKA_UNAVAILABLE, retriable, with what to check', async () => {
  const bus = fixture.another({ brokers: ['127.0.0.1:9'] });
  const producer = await bus.producer({ deliveryTimeoutMs: 100 });
  await assert.rejects(producer.send('inference.requests', [requestNumber(1)]), {
    code: 'KAFKA_UNAVAILABLE',
    retriable: true,
    message: /KAFKA_BROKERS/,
  });
  await producer.close();
});

test('a clock that is too far ahead is said, and what is stamped anew is written', async () => {
  const producer = await fixture.bus.producer();
  const stamped = (timestamp: number) =>
    producer.sendBytes('service.checkpoints', [
      { key: Buffer.from('clock'), partition: 0, value: Buffer.from('ahead'), timestamp },
    ]);
  // Not retriable, a service would end by it, and again as often as it is started.
  await assert.rejects(stamped(Date.now() + 25 * 3_600_000), {
    code: 'KAFKA_UNAVAILABLE',
    retriable: true,
    message: /The clock of this machine/,
  });
  await stamped(Date.now());
  await producer.close();
});
