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
    warehouse: { database: 'd', query: async () => [{ partition: 0, offset: 0, timestamp: 0 }] },
  } as unknown as Parameters<typeof readHistory>[0];
  const { records, count, source } = await readHistory(parts, 'm', { from: 10, to: 150_000 });
  assert.deepEqual([records.length, count, source], [200_000, 149_990, 'kafka']);
});
