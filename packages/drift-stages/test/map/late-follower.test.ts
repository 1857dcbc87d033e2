import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus, BusRecord, ConsumeOptions, TypedProducer } from '@driftloop/bus';
import type { DriftSketch, InferenceLabel } from '@driftloop/schemas';
import { systemClock } from '@driftloop/service';
import { type PartitionRows, runChunkedMap } from '../../src/map/chunked-map.ts';
import { INPUT } from './support/map.ts';

type Handlers = ConsumeOptions<typeof INPUT>;

const NOW = Date.UTC(2026, 0, 1);

/** Labels of models by their offset, all of the same time. */
function labelsOf(models: readonly string[], from = 0): BusRecord<typeof INPUT>[] {
  return models.map((model, i) => {
    const value: InferenceLabel = { requestId: `r-${from + i}`, model, label: 1, eventTime: 0 };
    const offset = from + i;
    return { topic: INPUT, partition: 0, offset, timestamp: NOW, key: value.requestId, value };
  });
}

/**
 * A map whose follower of the registry is behind: it hears of what is registered when it is asked
 * to. Its sketches count the rows of each model that it knows.
 */
async function lateMap(registered: readonly string[], past: BusRecord<typeof INPUT>[] = []) {
  const known = new Set<string>();
  const seen = { syncs: 0, lookedBack: [] as string[], sketches: [] as DriftSketch[] };
  let handlers: Handlers | undefined;
  const bus = {
    partitions: async () => 1,
    isAppendTime: async () => true,
    async *slice() {
      if (past.length > 0) yield past;
    },
    async consume(options: Handlers) {
      handlers = options;
      return {};
    },
  } as unknown as Bus;
  const producer = {
    async send(_: string, records: readonly { value: DriftSketch }[]) {
      seen.sketches.push(...records.map(({ value }) => value).filter(({ model }) => model !== ''));
    },
  } as unknown as TypedProducer;
  const rows: PartitionRows<typeof INPUT> = {
    lookBack({ value: { model } }) {
      if (known.has(model)) seen.lookedBack.push(model);
    },
    prepare: async () => undefined,
    createRows({ partition, chunkStart }) {
      const counts = new Map<string, number>();
      return {
        add({ value: { model } }) {
          if (known.has(model)) counts.set(model, (counts.get(model) ?? 0) + 1);
        },
        sketches: ({ chunkEnd, logTime }) =>
          [...counts].map(([model, n]) => ({
            model,
            signal: 'concept',
            partition,
            chunkStart,
            chunkEnd,
            logTime,
            recent: [],
            rejected: 0,
            windows: [{ start: 0, version: 1, layout: 'l', n, sketch: new Uint8Array() }],
            clocks: [],
            partitions: 0,
            topicId: '',
          })),
      };
    },
  };
  await runChunkedMap({
    bus,
    producer,
    group: 'late.map',
    topic: INPUT,
    signal: 'concept',
    badRecords: 'skip',
    clock: { ...systemClock, now: () => NOW + 60_000 },
    models: () => [...known],
    async meet(models) {
      if ([...models].every((model) => known.has(model))) return;
      seen.syncs++;
      for (const model of registered) known.add(model);
    },
    open: () => rows,
    fail: (error) => assert.fail(String(error)),
  });
  const { onAssigned, onBatch, onIdle } = handlers ?? assert.fail();
  const isStale = () => false;
  await onAssigned?.(INPUT, 0, past.length, 'id');
  return {
    seen,
    async take(records: BusRecord<typeof INPUT>[]) {
      const [firstOffset = 0, lastOffset = 0] = [records[0]?.offset, records.at(-1)?.offset];
      const place = { topic: INPUT, partition: 0, firstOffset, lastOffset, highWatermark: lastOffset + 1 };
      await onBatch({ ...place, records, isStale } as unknown as Parameters<typeof onBatch>[0]);
    },
    /** Nothing more comes: the last chunk is complete. */
    end: () => onIdle?.(INPUT, 0, { ageMs: 0, isStale }),
  };
}

test('the first rows of a model are counted, though this process has not heard of it yet', async () => {
  const { seen, take, end } = await lateMap(['old', 'new']);
  await take(labelsOf([...Array<string>(100).fill('new'), 'nobody', 'old', 'nobody']));
  await take(labelsOf(['new', 'old'], 103));
  await end();
  assert.deepEqual(
    seen.sketches.map(({ model, windows }) => [model, windows[0]?.n]),
    [
      ['new', 101],
      ['old', 2],
    ],
  );
  assert.equal(seen.syncs, 1, 'one for all of a batch, and none where all are known');
});

test('so are those that were read before, where a partition is gone on with', async () => {
  const { seen } = await lateMap(['new'], labelsOf(['new', 'new']));
  assert.deepEqual(seen.lookedBack, ['new', 'new']);
  assert.equal(seen.syncs, 1);
});
