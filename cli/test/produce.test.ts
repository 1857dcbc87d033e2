import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TypedProducer } from '@driftloop/bus';
import type { InferenceLabel, InferenceRequest } from '@driftloop/schemas';
import fc from 'fast-check';
import { produceTable } from '../src/stream/produce.ts';
import type { Table } from '../src/table/table.ts';

type Sent = { topic: string; at: number; value: InferenceRequest | InferenceLabel };

/** Keeps what is sent, in order. */
function recorder(): { sent: Sent[]; producer: TypedProducer } {
  const sent: Sent[] = [];
  const producer: TypedProducer = {
    async send(topic, records) {
      for (const { value } of records)
        sent.push({ topic, at: sent.length, value: value as InferenceRequest });
    },
    sendBytes: async () => {},
    close: async () => {},
  };
  return { sent, producer };
}

function tableOf(rows: number): Table {
  return {
    rows,
    featureNames: ['a', 'b'],
    features: Float32Array.from({ length: rows * 2 }, (_, index) => index),
    labels: Float32Array.from({ length: rows }, (_, row) => row % 2),
  };
}

test('every row is sent once, and its label with the event time of the row that is labelDelayRows later', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 0, max: 700 }),
      async (rows, delay) => {
        const { sent, producer } = recorder();
        const clock = { startMs: 1_000, intervalMs: 10 };
        const counts = await produceTable({
          producer,
          model: 'm',
          table: tableOf(rows),
          clock,
          labelDelayRows: delay,
          rate: Number.POSITIVE_INFINITY,
          firstRow: 3,
        });
        assert.deepEqual(counts, { requests: rows, labels: rows, tick: rows === 0 ? 0 : rows + delay });
        const requests = sent.filter(({ topic }) => topic === 'inference.requests');
        const labels = sent.filter(({ topic }) => topic === 'inference.labels');
        assert.equal(new Set(requests.map(({ value }) => value.requestId)).size, rows);
        assert.deepEqual(
          labels.map(({ value }) => value.requestId),
          requests.map(({ value }) => value.requestId),
        );
        assert(requests.every(({ value }, row) => value.eventTime === 1_000 + (3 + row) * 10));
        assert(labels.every(({ value }, row) => value.eventTime === 1_000 + (3 + row + delay) * 10));
      },
    ),
    { numRuns: 30 },
  );
});

test('no label overtakes the row that it waits for', async () => {
  const { sent, producer } = recorder();
  await produceTable({
    producer,
    model: 'm',
    table: tableOf(3_000),
    clock: { startMs: 0, intervalMs: 1 },
    labelDelayRows: 500,
    rate: 20_000,
  });
  let requests = 0;
  for (const { topic, value } of sent) {
    if (topic === 'inference.requests') requests += 1;
    else assert(value.eventTime <= requests + 500, 'a label came early');
  }
});
