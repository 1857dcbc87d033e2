import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { Connection } from '../../src/kafka/connection.ts';
import { BatchSender } from '../../src/producer/batch-sender.ts';
import type { ProtocolCall } from '../../src/protocol/request.ts';
import { type Fixture, openFixture } from '../support/fixture.ts';

let fixture: Fixture;
before(async () => {
  fixture = await openFixture();
});
after(() => fixture.close());

const logger = pino({ level: 'silent' });
const record = (text: string) => {
  const bytes = Buffer.from(text);
  return { bytes, keyAt: 0, keyLength: -1, valueAt: 0, valueLength: bytes.length, timestamp: Date.now() };
};
const high = async (partition: number) =>
  (await fixture.bus.offsets('inference.labels')).find((range) => range.partition === partition)?.high;

test('records that became void are not written, also when that is while a connection is made; others are', async () => {
  let lost = false;
  /** The member is expelled after the batch was looked at, before its request is written. */
  class Slow extends Connection {
    override async call<T>(nodeId: number, call: ProtocolCall<T>): Promise<T> {
      if (call.request.apiName === 'Produce') lost = true;
      return super.call(nodeId, call);
    }
  }
  const connection = new Slow({ brokers: fixture.brokers, clientId: 'test', logger });
  const sender = new BatchSender({ connection, logger, maxBatchBytes: 10_000, deliveryTimeoutMs: 30_000 });
  const topic = `${fixture.prefix}inference.labels`;
  const refused = sender.send(topic, [{ record: record('void'), partition: 0 }], () => lost);
  const taken = sender.send(topic, [{ record: record('wanted'), partition: 1 }]);
  await assert.rejects(refused, { code: 'PARTITION_LOST', retriable: true });
  await taken;
  assert.equal(await high(0), 0);
  assert.equal(await high(1), 1);
  await assert.rejects(
    sender.send(topic, [{ record: record('void'), partition: 0 }], () => true),
    { code: 'PARTITION_LOST' },
  );
  lost = false;
  await sender.send(topic, [{ record: record('wanted again'), partition: 0 }]);
  assert.equal(await high(0), 1);
  await sender.close();
});
