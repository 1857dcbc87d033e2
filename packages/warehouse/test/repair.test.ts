import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
});
after(() => parts.close());

/**
 * An Avro InferenceLabel by hand: requestId `r1` unless told otherwise, model `elec`, label 1,
 * eventTime 1000, no name, no values, behind the schema's id.
 */
async function labelBytes(requestId = 'r1'): Promise<Buffer> {
  const { env, topicPrefix } = parts;
  const url = `${env.SCHEMA_REGISTRY_URL}/subjects/${topicPrefix}inference.labels-value/versions/latest`;
  const { id } = (await (await fetch(url)).json()) as { id: number };
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  const one = Buffer.alloc(8);
  one.writeDoubleLE(1);
  return Buffer.concat([header, text(requestId), text('elec'), one, Buffer.of(0xd0, 0x0f, 0, 0, 0)]);
}

/** A string in Avro. */
function text(value: string): Buffer {
  const length: number[] = [];
  for (let rest = 2 * value.length; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.concat([Buffer.of(...length, rest), Buffer.from(value)]);
    length.push((rest & 0x7f) | 0x80);
  }
}

/** Leaves a row as ClickHouse does when it cannot fetch a message's schema. */
async function undecodable(offset: number, raw: Buffer, error: string): Promise<void> {
  const { warehouse } = parts;
  await warehouse.query(
    `INSERT INTO ${warehouse.database}.stored_labels (kafka_partition, kafka_offset, kafka_timestamp, error, raw)
     SELECT 2, {offset:UInt64}, fromUnixTimestamp64Milli({now:Int64}, 'UTC'), {error:String}, unhex({raw:String})`,
    { offset, error, raw: raw.toString('hex'), now: Date.now() },
  );
}

test('messages that came while the registry was away are decoded later, those at fault stay', async () => {
  const { warehouse } = parts;
  const good = await labelBytes();
  await undecodable(7, good, 'Connection refused: : while fetching schema id = 3');
  await undecodable(8, Buffer.from('hello'), 'Invalid magic byte before AvroConfluent schema identifier.');
  await undecodable(
    9,
    Buffer.of(0, 0, 0x7f, 0, 0, 1),
    'HTTP status code: 404: while fetching schema id = 8323072',
  );
  await undecodable(10, good, 'Timeout: while fetching schema id = 3');
  assert.deepEqual(await warehouse.repair(), { 'inference.labels': 2 });
  const labels = await warehouse.query(
    `SELECT request_id, model, label, toUnixTimestamp64Milli(event_time) AS eventTime, kafka_partition, kafka_offset
     FROM ${warehouse.database}.labels ORDER BY kafka_offset`,
  );
  const label = { request_id: 'r1', model: 'elec', label: 1, eventTime: 1_000, kafka_partition: 2 };
  assert.deepEqual(labels, [
    { ...label, kafka_offset: 7 },
    { ...label, kafka_offset: 10 },
  ]);
  const left = async () =>
    warehouse.query(`SELECT kafka_offset AS at FROM ${warehouse.database}.malformed ORDER BY at`);
  assert.deepEqual(await left(), [{ at: 8 }, { at: 9 }]);
  assert.deepEqual(await warehouse.repair(), {});
  assert.deepEqual(await warehouse.ingested('inference.labels'), new Map([[2, 11]]));
});

test('a message as large as Kafka takes holds nothing up, whether it can be decoded or not', async () => {
  const { warehouse } = parts;
  const requestId = 'x'.repeat(900_000);
  await undecodable(20, Buffer.alloc(900_000), 'HTTP status code: 404: while fetching schema id = 0');
  await undecodable(21, await labelBytes(requestId), 'Timeout: while fetching schema id = 3');
  assert.deepEqual(await warehouse.repair(), { 'inference.labels': 1 });
  const labels = await warehouse.query(
    `SELECT length(request_id) AS length FROM ${warehouse.database}.labels WHERE kafka_offset = 21`,
  );
  assert.deepEqual(labels, [{ length: 900_000 }]);
});
