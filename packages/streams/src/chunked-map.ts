import type {
  BatchOutcome,
  Bus,
  BusRecord,
  ConsumeOptions,
  RecordBatch,
  TypedProducer,
} from '@driftloop/bus';
import type { DriftSketch, TopicName } from '@driftloop/schemas';
import { type Changes, createChanges } from './changes.ts';
import type { Stage } from './stage.ts';

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
  readonly badRecords: ConsumeOptions<T>['badRecords'];
  createChunk(partition: number, chunkStart: number): Chunk<T>;
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

/**
 * Cuts the partitions of a topic into chunks at fixed multiples of the offset and publishes what each chunk's rows come to
 * on drift.sketches. The committed offset is the start of the unfinished chunk, so that a restart makes the same chunks again: the
 * map has no other state.
 */
export async function runChunkedMap<T extends TopicName>(options: ChunkedMapOptions<T>): Promise<Stage> {
  const { bus, producer, chunkSize } = options;
  const open = new Map<number, OpenChunk<T>>();
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
  const take = async (batch: RecordBatch<T>): Promise<BatchOutcome> => {
    const { partition, lastOffset } = batch;
    const deadLetters: DeadLetters[number][] = [];
    let at = 0;
    let current = open.get(partition) ?? openAt(partition, batch.firstOffset);
    for (;;) {
      const chunkEnd = current.start + chunkSize;
      let until = at;
      while (until < batch.records.length && (batch.records[until]?.offset ?? chunkEnd) < chunkEnd)
        until += 1;
      if (until > at) {
        const outcome = await current.chunk.add(batch.records.slice(at, until));
        deadLetters.push(...(outcome?.deadLetters ?? []));
      }
      at = until;
      current.end = Math.min(chunkEnd, lastOffset + 1);
      if (lastOffset + 1 < chunkEnd) break;
      if (batch.isStale()) return {};
      await publish(current, chunkEnd, false);
      const next = batch.records[at]?.offset ?? lastOffset + 1;
      current = openAt(partition, Math.max(chunkEnd, startOf(next)));
      if (lastOffset + 1 === current.start) break;
    }
    return { commit: current.start, deadLetters };
  };

  const consumer = await bus.consume<T>({
    group: options.group,
    topics: [options.topic],
    badRecords: options.badRecords,
    idleMs: options.idleFlushMs,
    onCrash: options.fail,
    onRevoked: () => open.clear(),
    async onAssigned(_, partition, committed) {
      openAt(partition, Math.max(0, committed));
      return undefined;
    },
    onBatch: take,
    async onIdle(_, partition) {
      const current = open.get(partition) ?? openAt(partition, 0);
      await publish(current, current.end, true);
      return {};
    },
  });
  return { lag: () => consumer.lag(), health: () => consumer.health(), stop: () => consumer.close() };
}
