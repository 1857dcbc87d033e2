import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelContexts } from '@driftloop/drift-stages';
import { openRequestPartition } from '../src/request-partition.ts';

test('a batch may have more records than a call may have arguments', async () => {
  const synced: number[] = [];
  const since: number[] = [];
  const context = {
    livedFrom: (time: number) => void since.push(time),
    load: async () => undefined,
  };
  const contexts = {
    sync: async (time: number) => void synced.push(time),
    of: () => context,
  } as unknown as ModelContexts;
  const { prepare } = openRequestPartition(contexts);
  const records = Array.from({ length: 200_000 }, (_, offset) => ({
    offset,
    timestamp: 1_000_000 + ((offset * 7) % 200_000),
    value: { model: 'm' },
  }));
  await prepare(records as unknown as Parameters<typeof prepare>[0], () => false);
  assert.deepEqual([synced, since], [[1_199_999], [1_000_000]]);
});
