import { createHash } from 'node:crypto';
import type { Bus, BusRecord, TypedProducer } from '@driftloop/bus';
import { type ChunkPosition, type ChunkRows, createPartitionChunks, type Logged } from '@driftloop/drift';
import type { DriftSketch, InferenceLabel } from '@driftloop/schemas';
import { systemClock } from '@driftloop/service';
import type { Stage } from '@driftloop/streams';
import { runChunkedMap } from '../../../src/map/chunked-map.ts';

/** The input of the map below. */
export const INPUT = 'inference.labels';

/**
 * The rows of a chunk: what they come to depends on every one, its time in the log, and their
 * order.
 */
function createRows({ partition, chunkStart }: ChunkPosition): ChunkRows<Logged<InferenceLabel>> {
  let rows = 0;
  let hash = '';
  return {
    add({ offset, logTime, value }) {
      rows++;
      hash = createHash('sha256').update(`${hash}${offset}/${logTime}/${value.requestId}`).digest('hex');
    },
    sketches({ chunkEnd, logTime }) {
      const sketch = Uint8Array.from(Buffer.from(hash, 'hex'));
      return [
        {
          model: 'm',
          signal: 'concept',
          partition,
          chunkStart,
          chunkEnd,
          logTime,
          recent: [],
          rejected: 0,
          windows: [{ start: 0, version: 1, layout: 'chain', n: rows, sketch }],
          clocks: [],
          partitions: 0,
          topicId: '',
          rows: new Uint8Array(),
        },
      ];
    },
  };
}

/** The chunks of a partition's log, read at once. */
export function chunksOf(partition: number, log: readonly BusRecord<typeof INPUT>[]): DriftSketch[] {
  const chunks = createPartitionChunks(partition, createRows);
  const sketches = log.flatMap(({ offset, timestamp, value }) => chunks.push(offset, timestamp, value));
  return [...sketches, ...chunks.complete((log.at(-1)?.offset ?? -1) + 1, Number.MAX_SAFE_INTEGER)];
}

/** Labels to drift.sketches. */
export function startMap(parts: {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  fail(error: unknown): void;
}): Promise<Stage> {
  return runChunkedMap({
    ...parts,
    group: 'chain.map',
    topic: INPUT,
    signal: 'concept',
    badRecords: 'skip',
    clock: systemClock,
    models: () => ['m'],
    meet: async () => undefined,
    open: () => ({ prepare: async () => undefined, createRows }),
  });
}
