import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { Connection } from '../../src/kafka/connection.ts';
import { BatchSender } from '../../src/producer/batch-sender.ts';
import type { ProtocolCall } from '../../src/protocol/request.ts';
import { type Fixture, openFixture } from '../support/fixture.ts';

/**
 * Drops the connection while every third request is under way: whether the broker has it is not
 * known.
 */
class LossyConnection extends Connection {
  dropped = 0;
  #calls = 0;

  override async call<T>(nodeId: number, call: ProtocolCall<T>): Promise<T> {
    const answer = super.call(nodeId, call);
    if (this.#calls++ % 3 === 1) {
      setTimeout(() => this.reset(), this.#calls % 7);
      this.dropped++;
    }
    return answer;
  }
}

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
});
after(() => fixture.close());

test('records are written once and in order although answers are lost', async () => {
  const logger = pino({ level: 'silent' });
  const connection = new LossyConnection({ brokers: fixture.brokers, clientId: 'test', logger });
  const sender = new BatchSender({ connection, logger, maxBatchBytes: 2_000, deliveryTimeoutMs: 60_000 });
  const topic = `${fixture.prefix}inference.labels`;
  const sends: Promise<void>[] = [];
  for (let i = 0; i < 400; i++) {
    const bytes = Buffer.from(`record ${i} ${'x'.repeat(100)}`);
    const record = {
      bytes,
      keyAt: 0,
      keyLength: -1,
      valueAt: 0,
      valueLength: bytes.length,
      timestamp: Date.now(),
    };
    sends.push(sender.send(topic, [{ record, partition: i % 2 }]));
  }
  await Promise.all(sends);
  await sender.close();
  assert.ok(connection.dropped > 5, `only ${connection.dropped} requests were disturbed`);

  const consumer = fixture.kafka.consumer({ groupId: `${fixture.prefix}check` });
  const read = new Map<number, number[]>([
    [0, []],
    [1, []],
  ]);
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const done = new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ partition, message }) => {
        read.get(partition)?.push(Number(message.value?.toString().split(' ')[1]));
        if ((read.get(0)?.length ?? 0) >= 200 && (read.get(1)?.length ?? 0) >= 200) resolve();
      },
    });
  });
  await done;
  await consumer.disconnect();
  const ends = await fixture.bus.offsets('inference.labels');
  for (const partition of [0, 1]) {
    assert.equal(ends[partition]?.high, 200);
    assert.deepEqual(
      read.get(partition),
      Array.from({ length: 200 }, (_, i) => i * 2 + partition),
    );
  }
});
