import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Kafka, logLevel } from 'kafkajs';
import { label, prediction, request, signal, verdict } from './support/records.ts';
import { openTestWarehouse, type TestWarehouse } from './support/test-warehouse.ts';

let parts: TestWarehouse;
before(async () => {
  parts = await openTestWarehouse();
});
after(() => parts.close());

const bytes = (...values: number[]) => Uint8Array.from(values);
const count = async (view: string) => {
  const { warehouse } = parts;
  const [row] = await warehouse.query<{ n: number }>(
    `SELECT count() AS n FROM ${warehouse.database}.${view}`,
  );
  return row?.n;
};

test('messages that cannot be decoded are kept with their bytes, and the rest arrives', async () => {
  const { producer, warehouse } = parts;
  const send = (key: string, value: Uint8Array) =>
    producer.sendBytes('inference.labels', [{ key: Buffer.from(key), value, partition: 0 }]);
  const good = (requestId: string) =>
    producer.send('inference.labels', [{ key: requestId, partition: 0, value: label({ requestId }) }]);
  await good('before');
  await send('not avro', Buffer.from('hello'));
  await send('unknown schema', bytes(0, 0, 0, 0x30, 0x39, 1, 2));
  await send('too short', bytes(0, 0));
  await good('after');
  await parts.settled('inference.labels');

  const labels = await warehouse.query<{ request_id: string }>(
    `SELECT request_id FROM ${warehouse.database}.labels ORDER BY kafka_offset`,
  );
  assert.deepEqual(labels, [{ request_id: 'before' }, { request_id: 'after' }]);
  const malformed = await warehouse.query<{ topic: string; at: number; bytes: string; error: string }>(
    `SELECT topic, kafka_offset AS at, hex(raw) AS bytes, error FROM ${warehouse.database}.malformed ORDER BY at`,
  );
  assert.deepEqual(
    malformed.map(({ topic, at, bytes }) => [topic, at, bytes]),
    [
      ['inference.labels', 1, '68656C6C6F'],
      ['inference.labels', 2, '00000030390102'],
      ['inference.labels', 3, '0000'],
    ],
  );
  for (const { error } of malformed) assert.ok(error.length > 0);
  assert.match(malformed[1]?.error ?? '', /12345/);
});

test('malformed messages of topics that are keyed by their content are told apart', async () => {
  for (const topic of [
    'inference.predictions',
    'drift.signals',
    'drift.verdicts',
    'retrain.commands',
  ] as const) {
    await parts.producer.sendBytes(topic, [
      { key: null, value: bytes(1), partition: 1 },
      { key: null, value: bytes(2), partition: 1 },
    ]);
  }
  await parts.settled('inference.predictions', 'drift.signals', 'drift.verdicts', 'retrain.commands');
  const { warehouse } = parts;
  const rows = await warehouse.query<{ topic: string; n: number }>(
    `SELECT topic, count() AS n FROM ${warehouse.database}.malformed WHERE topic != 'inference.labels' GROUP BY topic ORDER BY topic`,
  );
  assert.deepEqual(
    rows.map(({ n }) => n),
    [2, 2, 2, 2],
  );
});

test('an answer that was repeated counts once, and is counted as repeated', async () => {
  const answer = prediction({ requestId: 'again', requestPartition: 1, requestOffset: 5 });
  const other = prediction({
    requestId: 'again',
    requestPartition: 1,
    requestOffset: 5,
    role: 'shadow',
    version: 2,
  });
  const send = (value: typeof answer) =>
    parts.producer.send('inference.predictions', [{ key: 'again', partition: 1, value }]);
  await send({ ...answer, servedAt: 1_700_000_000_000 });
  await send(other);
  await send({ ...answer, servedAt: 1_700_000_009_000 });
  await send({ ...answer, servedAt: 1_700_000_010_000 });
  await parts.settled('inference.predictions');
  const { warehouse } = parts;
  const rows = await warehouse.query(
    `SELECT role, version, messages, toUnixTimestamp(served_at) AS servedAt FROM ${warehouse.database}.predictions
     WHERE request_id = 'again' ORDER BY version`,
  );
  assert.deepEqual(rows, [
    { role: 'live', version: 1, messages: 3, servedAt: 1_700_000_000 },
    { role: 'shadow', version: 2, messages: 1, servedAt: 1_700_000_000 },
  ]);
});

test('signals and verdicts that a killed service repeats replace the first ones', async () => {
  const values = [
    signal({ detector: 'psi' }),
    signal({ detector: 'psi', version: 2 }),
    signal({ detector: 'ks' }),
  ];
  for (let round = 0; round < 2; round++) {
    await parts.producer.send(
      'drift.signals',
      values.map((value) => ({ key: 'elec', value })),
    );
    await parts.producer.send('drift.verdicts', [
      { key: 'elec', value: verdict({ sequence: 0 }) },
      { key: 'elec', value: verdict({ sequence: 1 }) },
    ]);
  }
  await parts.settled('drift.signals', 'drift.verdicts');
  assert.equal(await count('signals'), 3);
  assert.equal(await count('verdicts'), 2);
});

test('rows that are taken in twice are stored once', async () => {
  // What happens when ClickHouse is killed between writing a block and committing its offsets.
  const { warehouse, producer } = parts;
  await producer.send('inference.requests', [
    { key: 'a', partition: 0, value: request({ requestId: 'a' }) },
    { key: 'a', partition: 0, value: request({ requestId: 'a' }) },
    { key: 'b', partition: 0, value: request({ requestId: 'b' }) },
  ]);
  await producer.send('inference.predictions', [
    { key: 'c', partition: 2, value: prediction({ requestId: 'c', requestPartition: 2 }) },
  ]);
  await parts.settled('inference.requests', 'inference.predictions');
  const before = await Promise.all([count('requests'), count('predictions')]);
  for (const name of ['requests', 'predictions']) {
    const table = `${warehouse.database}.stored_${name}`;
    await warehouse.query(`INSERT INTO ${table} SELECT * FROM ${table}`);
  }
  assert.deepEqual(await Promise.all([count('requests'), count('predictions')]), before);
  assert.equal(before[0], 3);
  const [row] = await warehouse.query<{ messages: number }>(
    `SELECT messages FROM ${warehouse.database}.predictions WHERE request_id = 'c'`,
  );
  assert.equal(row?.messages, 1);
});

test('ingested tells how far each partition has come, also while repeated answers are merged', async () => {
  const { warehouse, bus } = parts;
  const expected = new Map(
    (await bus.offsets('inference.predictions'))
      .filter(({ high }) => high > 0)
      .map(({ partition, high }) => [partition, high]),
  );
  assert.deepEqual(sorted(await warehouse.ingested('inference.predictions')), sorted(expected));
  await warehouse.query(`OPTIMIZE TABLE ${warehouse.database}.stored_predictions FINAL`);
  assert.deepEqual(sorted(await warehouse.ingested('inference.predictions')), sorted(expected));
});

test('waiting passes messages that leave no row: marks of transactions and empty messages', async () => {
  const { env, topicPrefix, producer, warehouse } = parts;
  const kafka = new Kafka({ brokers: [env.KAFKA_BROKERS], logLevel: logLevel.NOTHING });
  const transactional = kafka.producer({
    transactionalId: `${topicPrefix}t`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await transactional.connect();
  const transaction = await transactional.transaction();
  await transaction.send({
    topic: `${topicPrefix}inference.requests`,
    messages: [{ partition: 1, key: 'x', value: Buffer.from('in a transaction') }],
  });
  await transaction.commit();
  await transactional.disconnect();
  await producer.sendBytes('inference.requests', [{ key: Buffer.from('gone'), value: null, partition: 3 }]);
  await parts.settled('inference.requests');
  const ingested = await warehouse.ingested('inference.requests');
  assert.equal(ingested.get(1), 1);
  assert.equal(ingested.get(3), undefined);
});

test('an empty message counts as read once it is in dead.letters', async () => {
  const letter = {
    topic: 'inference.requests',
    partition: 3,
    offset: 0,
    key: null,
    value: null,
    reason: '',
    at: 0,
  };
  await parts.producer.send('dead.letters', [
    { key: 'gone', value: { ...letter, code: 'RECORD_NOT_AVRO', service: 'inference' } },
  ]);
  await parts.settled('dead.letters');
  assert.equal((await parts.warehouse.ingested('inference.requests')).get(3), 1);
});

test('waiting for what never comes ends with a retriable error', async () => {
  await assert.rejects(
    parts.warehouse.waitForIngest('inference.labels', [{ partition: 2, offset: 4 }], { timeoutMs: 200 }),
    { code: 'WAREHOUSE_UNAVAILABLE', retriable: true, message: /partition 2 at 0 of 4/ },
  );
});

function sorted(positions: ReadonlyMap<number, number>): [number, number][] {
  return [...positions].sort(([a], [b]) => a - b);
}
