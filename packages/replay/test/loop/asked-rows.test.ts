import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logOrderOf, type ReplayRecord } from '@driftloop/drift';
import { defaultSpec } from '@driftloop/registry';
import { askedRows } from '../../src/loop/asked-rows.ts';

const spec = defaultSpec({
  model: 'm',
  task: 'binary',
  classes: 2,
  features: [{ name: 'x', kind: 'numeric', allowMissing: false }],
  intervalMs: 1_000,
});

test('only requests are rows that the inference service would answer', () => {
  const good = { requestId: 'a', model: 'm', eventTime: 5, features: Float32Array.of(1) };
  const values = [
    good,
    { ...good, requestId: 'i'.repeat(1_025) },
    { ...good, requestId: 'i'.repeat(1_024) },
    { ...good, model: 'other' },
    { ...good, eventTime: -1 },
    { ...good, features: Float32Array.of(Number.NaN) },
  ];
  const records = values.map(
    (value, offset): ReplayRecord => ({
      topic: 'inference.requests',
      partition: 0,
      offset,
      timestamp: offset,
      value,
    }),
  );
  const asked = askedRows(records, logOrderOf(records), spec);
  assert.deepEqual([...asked.rowOf], [0, -1, 1, -1, -1, -1]);
});
