import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHistory } from '../src/history.ts';

test('a slice may have more records than a call may have arguments', async () => {
  const requests = Array.from({ length: 200_000 }, (_, offset) => ({
    topic: 'inference.requests',
    partition: 0,
    offset,
    timestamp: offset,
    value: { model: 'm', requestId: `r-${offset}`, eventTime: offset },
  }));
  const parts = {
    bus: {
      offsets: async () => [{ partition: 0, low: 0, high: requests.length }],
      async *slice(topic: string) {
        if (topic === 'inference.requests') yield requests;
      },
    },
    warehouse: {
      database: 'd',
      query: async () => [{ partition: 0, offset: 0, timestamp: 0 }],
      predictionsFor: async () => [],
    },
  } as unknown as Parameters<typeof readHistory>[0];
  const { records, count, source } = await readHistory(parts, 'm', { from: 10, to: 150_000 });
  assert.deepEqual([records.length, count, source], [200_000, 149_990, 'kafka']);
});

test('a label about a request from before the slice is not taken for one of a request that has its id in it', async () => {
  const record = (topic: string, offset: number, timestamp: number, requestId: string) => ({
    topic,
    partition: 0,
    offset,
    timestamp,
    value: { model: 'm', requestId, eventTime: timestamp },
  });
  const topics = new Map([
    [
      'inference.requests',
      [record('inference.requests', 4, 103, 'a'), record('inference.requests', 5, 104, 'b')],
    ],
    [
      'inference.labels',
      [
        record('inference.labels', 0, 101, 'a'),
        record('inference.labels', 1, 102, 'b'),
        record('inference.labels', 2, 110, 'a'),
      ],
    ],
  ]);
  const parts = {
    bus: {
      offsets: async () => [{ partition: 0, low: 0, high: 9 }],
      async *slice(topic: string) {
        yield topics.get(topic) ?? [];
      },
    },
    warehouse: {
      database: 'd',
      query: async () => [{ partition: 0, offset: 4, timestamp: 103 }],
      // Of 'a' there was a request before, of 'b' only the one that is to come.
      predictionsFor: async (_model: string, labels: readonly { readonly requestId: string }[]) =>
        labels.map(({ requestId }) => ({ requestTime: requestId === 'a' ? 90 : 104 })),
    },
  } as unknown as Parameters<typeof readHistory>[0];
  const { records } = await readHistory(parts, 'm', { from: 0, to: 1_000 });
  const labels = records.filter(({ topic }) => topic === 'inference.labels');
  assert.deepEqual(
    labels.map(({ offset, value }) => [offset, value.model]),
    [
      [0, ''],
      [1, 'm'],
      [2, 'm'],
    ],
  );
});
