import type {
  BatchOutcome,
  Bus,
  BusRecord,
  ConsumeOptions,
  RecordBatch,
  TypedProducer,
} from '@driftloop/bus';
import type { DriftSketch, TopicName } from '@driftloop/schemas';
import { type Clock, systemClock } from '@driftloop/service';
import { type Changes, createChanges } from './changes.ts';
import { PACE_MS, type Stage } from './stage.ts';

/** The rows of one chunk on their way into sketches. */
export interface Chunk<T extends TopicName> {
  /** Takes records of the chunk, in order. */
  add(records: BusRecord<T>[]): Promise<Pick<BatchOutcome, 'deadLetters'> | undefined>;
  /**
   * The chunk's records as they stand, cumulative: called when it is complete, and before that whenever the partition has been read to its end.
   *
   * @param chunkEnd one past the last input offset that was read
   */
  sketches(chunkEnd: number, options: { readonly idle: boolean }): Promise<DriftSketch[]>;
}

/** What a chunked map reads and how. */
export interface ChunkedMapOptions<T extends TopicName> {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** Consumer group, without prefix. */
  readonly group: string;
  readonly topic: T;
  /** Input offsets per chunk; chunks begin at its multiples. */
  readonly chunkSize: number;
  /** How long a partition must have been read to its end before its unfinished chunk is published. */
  readonly idleFlushMs: number;
  /** How long until it counts as idle: it then holds no window back. Longer than any pause between records that belong together. */
  readonly idleAfterMs: number;
  readonly badRecords: ConsumeOptions<T>['badRecords'];
  /** Sees each batch whole before it is cut into chunks. */
  prepare?(partition: number, records: readonly BusRecord<T>[]): Promise<void>;
  createChunk(partition: number, chunkStart: number): Chunk<T>;
  /** @default the machine's */
  readonly clock?: Clock;
  /** The map cannot go on. */
  fail(error: unknown): void;
}

interface OpenChunk<T extends TopicName> {
  readonly start: number;
  readonly chunk: Chunk<T>;
  /** One past the last input offset that was read. */
  end: number;
  /** What was published of it. */
  readonly published: Changes;
}

type DeadLetters = NonNullable<BatchOutcome['deadLetters']>;

/** What readers of drift.sketches believe of a partition. */
interface Rest {
  /** Since when it has been read to its end; null while records come. */
  since: number | null;
  /** Whether it was published as idle; after an assignment nobody knows. */
  idle: 'yes' | 'no' | 'unknown';
}

/**
 * When traffic comes back, partitions wake one after the other. Each says so with its first record and then waits this long before it says
 * more: otherwise the first one to wake would carry the watermark past rows of the others that are on their way.
 */
const WAKE_MS = 250;

/**
 * Cuts the partitions of a topic into chunks at fixed multiples of the offset and publishes what each chunk's rows come to
 * on drift.sketches. The committed offset is the start of the unfinished chunk, so that a restart makes the same chunks again: the
 * map has no other state.
 */
export async function runChunkedMap<T extends TopicName>(options: ChunkedMapOptions<T>): Promise<Stage> {
  const { bus, producer, chunkSize, clock = systemClock } = options;
  const open = new Map<number, OpenChunk<T>>();
  const rests = new Map<number, Rest>();
  const startOf = (offset: number) => Math.floor(offset / chunkSize) * chunkSize;

  const openAt = (partition: number, offset: number): OpenChunk<T> => {
    const start = startOf(offset);
    const opened = {
      start,
      chunk: options.createChunk(partition, start),
      end: offset,
      published: createChanges(),
    };
    open.set(partition, opened);
    return opened;
  };
  const publish = async (current: OpenChunk<T>, end: number, idle: boolean) => {
    const sketches = current.published.news(await current.chunk.sketches(end, { idle }));
    if (sketches.length > 0) {
      await producer.send(
        'drift.sketches',
        sketches.map((value) => ({ key: value.model, value })),
      );
    }
  };
  const restOf = (partition: number): Rest => {
    const rest = rests.get(partition) ?? { since: null, idle: 'unknown' };
    rests.set(partition, rest);
    return rest;
  };
  const take = async (batch: RecordBatch<T>): Promise<BatchOutcome> => {
    const { partition, lastOffset, records } = batch;
    await options.prepare?.(partition, records);
    const deadLetters: DeadLetters[number][] = [];
    let current = open.get(partition) ?? openAt(partition, batch.firstOffset);
    let at = 0;
    const addUntil = async (until: number) => {
      if (until > at) {
        const outcome = await current.chunk.add(records.slice(at, until));
        deadLetters.push(...(outcome?.deadLetters ?? []));
      }
      at = until;
    };
    const rest = restOf(partition);
    rest.since = null;
    if (rest.idle !== 'no' && records.length > 0 && (records[0]?.offset ?? 0) < current.start + chunkSize) {
      // Beyond what may have been published before an assignment: a record of the same offsets would be ignored.
      await addUntil(rest.idle === 'yes' ? 1 : endOfChunk(records, at, current.start + chunkSize));
      current.end = (records[at - 1]?.offset ?? current.end) + 1;
      if (batch.isStale()) return {};
      await publish(current, current.end, false);
      rest.idle = 'no';
      await clock.sleep(WAKE_MS);
    }
    for (;;) {
      const chunkEnd = current.start + chunkSize;
      await addUntil(endOfChunk(records, at, chunkEnd));
      current.end = Math.min(chunkEnd, lastOffset + 1);
      if (lastOffset + 1 < chunkEnd) break;
      if (batch.isStale()) return {};
      await publish(current, chunkEnd, false);
      const next = records[at]?.offset ?? lastOffset + 1;
      current = openAt(partition, Math.max(chunkEnd, startOf(next)));
      if (lastOffset + 1 === current.start) break;
    }
    return { commit: current.start, deadLetters };
  };

  const consumer = await bus.consume<T>({
    group: options.group,
    topics: [options.topic],
    badRecords: options.badRecords,
    paceMs: PACE_MS,
    idleMs: options.idleFlushMs,
    onCrash: options.fail,
    onRevoked() {
      open.clear();
      rests.clear();
    },
    async onAssigned(_, partition, committed) {
      openAt(partition, Math.max(0, committed));
      return undefined;
    },
    onBatch: take,
    async onIdle(_, partition) {
      const current = open.get(partition) ?? openAt(partition, 0);
      const rest = restOf(partition);
      rest.since ??= clock.monotonicMs() - options.idleFlushMs;
      const isIdle = clock.monotonicMs() - rest.since >= options.idleAfterMs;
      await publish(current, current.end, isIdle);
      if (isIdle) rest.idle = 'yes';
      return {};
    },
  });
  return { lag: () => consumer.lag(), health: () => consumer.health(), stop: () => consumer.close() };
}

/** Index of the first record from `at` on that lies beyond the chunk. */
function endOfChunk(records: readonly { readonly offset: number }[], at: number, chunkEnd: number): number {
  const index = records.findIndex(({ offset }, position) => position >= at && offset >= chunkEnd);
  return index < 0 ? records.length : index;
}
