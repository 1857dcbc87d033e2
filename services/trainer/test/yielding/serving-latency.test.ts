import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus } from '@driftloop/bus';
import type { PredictionRole } from '@driftloop/schemas';
import { servingP99 } from '../../src/yielding/serving-latency.ts';

const NOW = 1_700_000_000_000;

interface Told {
  readonly waitMs: number;
  readonly role?: PredictionRole;
  readonly ageMs?: number;
  readonly isTimed?: boolean;
}

function busOf(partitions: readonly (readonly Told[])[]) {
  return {
    offsets: async () => partitions.map((_, partition) => ({ partition, low: 0, high: 0 })),
    tail: async (_: string, partition: number, count: number) =>
      (partitions[partition] ?? [])
        .slice(-count)
        .map(({ waitMs, role = 'live', ageMs = 0, isTimed = true }) => {
          const servedAt = NOW - ageMs;
          return { value: { role, servedAt, requestTime: isTimed ? servedAt - waitMs : -1 } };
        }),
  } as unknown as Pick<Bus, 'offsets' | 'tail'>;
}

const many = (count: number, told: Told) => new Array<Told>(count).fill(told);

test('is the 99th percentile over all partitions', async () => {
  const bus = busOf([
    [...many(50, { waitMs: 3 }), { waitMs: 90 }],
    [...many(48, { waitMs: 5 }), { waitMs: 40 }],
  ]);
  assert.equal(await servingP99(bus, NOW), 40);
});

test('shadows, answers of long ago and those without a time do not count; few say nothing', async () => {
  const others: Told[] = [
    ...many(20, { waitMs: 900, role: 'shadow' }),
    ...many(20, { waitMs: 900, ageMs: 10_001 }),
    ...many(20, { waitMs: 900, isTimed: false }),
  ];
  assert.equal(await servingP99(busOf([others, many(30, { waitMs: 7, role: 'canary' })]), NOW), 7);
  assert.equal(await servingP99(busOf([others, many(19, { waitMs: 7 })]), NOW), 0);
});
