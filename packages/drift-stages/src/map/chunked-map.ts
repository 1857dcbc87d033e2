import type {
  BatchOutcome,
  Bus,
  BusRecord,
  ConsumeOptions,
  RecordBatch,
  RefusedAt,
  SendOptions,
  TypedProducer,
} from '@driftloop/bus';
import {
  type ChunkPosition,
  type ChunkRows,
  createPartitionChunks,
  type Logged,
  lookBackFrom,
  type PartitionChunks,
} from '@driftloop/drift';
import type { DriftSketch, Signal, TopicName, TopicRecords } from '@driftloop/schemas';
import { type Clock, createTurns } from '@driftloop/service';
import { PACE_MS, type Stage } from '@driftloop/streams';
import { createInputClock, type InputClock } from './input-clock.ts';
import { modelsOf } from './models-of.ts';
import { createNotes } from './notes.ts';

/** Topics whose records are rows, each of a model. */
export type RowTopic = 'inference.requests' | 'inference.predictions' | 'inference.labels';

/** What turns the records of one partition into rows. */
export interface PartitionRows<T extends RowTopic> {
  /**
   * Sees records from before where the partition is read from, in order: what it must know of the
   * past.
   */
  lookBack?(record: BusRecord<T>): void;
  /**
   * Readies what the records need, for example profiles.
   *
   * @param isEnding as a batch's
   */
  prepare(records: readonly BusRecord<T>[], isEnding: () => boolean): Promise<void>;
  createRows(position: ChunkPosition): ChunkRows<Logged<TopicRecords[T]>>;
  /** Takes out the records that were refused since it was last asked. */
  takeRefused?(): readonly RefusedAt[];
}

/** What a chunked map reads and how. */
export interface ChunkedMapOptions<T extends RowTopic> {
  readonly bus: Bus;
  readonly producer: TypedProducer;
  /** Consumer group, without prefix. */
  readonly group: string;
  readonly topic: T;
  readonly signal: Signal;
  readonly badRecords: ConsumeOptions<T>['badRecords'];
  readonly clock: Clock;
  open(partition: number): PartitionRows<T>;
  /** Topic whose timestamps place the records in the log. @default the one that is read */
  readonly timedBy?: TopicName;
  /**
   * Kafka timestamp by which a record is placed in the log; of an answer, its request's.
   * @default its own
   */
  timestampOf?(record: BusRecord<T>): number;
  /**
   * Whether nothing more can come from before a wall-clock time, although the partition has been
   * read to its end. @default yes
   *
   * @param position the next offset
   * @returns the wall clock as of which that holds; undefined where it does not
   */
  endSeenAt?(partition: number, position: number, readAt: number): Promise<number | undefined>;
  /** Names of all models. */
  models(): readonly string[];
  /** Knows those of these models that have been registered by now. */
  meet(models: Iterable<string>): Promise<void>;
  /** The map cannot go on. */
  fail(error: unknown): void;
}

interface ReadPartition<T extends RowTopic> {
  /** Of the topic whose offsets these are. */
  readonly topicId: string;
  readonly rows: PartitionRows<T>;
  readonly chunks: PartitionChunks<TopicRecords[T]>;
  /** The offset that is read next. */
  position: number;
  /** When it last said how far it has come, monotonic ms. */
  saidAt: number;
}

/** How often a partition that was read to its end says so. */
const IDLE_MS = 250;
/**
 * The same once no partition of this process has had a record for a while: nobody is in a hurry.
 */
const QUIET_IDLE_MS = 1_000;
const QUIET_AFTER_MS = 5_000;

/**
 * Cuts the partitions of a topic into chunks where the log says so and publishes what each chunk's
 * rows come to on drift.sketches, with notes on how far each partition has been read. The committed
 * offset is the start of the unfinished chunk, so that a restart makes the same chunks again: the
 * map has no other state than what the block of records before that shows.
 */
export async function runChunkedMap<T extends RowTopic>(options: ChunkedMapOptions<T>): Promise<Stage> {
  const { bus, producer, topic, clock } = options;
  const timestampOf = options.timestampOf ?? (({ timestamp }) => timestamp);
  const open = new Map<number, ReadPartition<T>>();
  let topicId = '';
  let partitions = await bus.partitions(topic);
  const appendTime = await bus.isAppendTime(options.timedBy ?? topic);
  let inputClock: InputClock = createInputClock(appendTime, clock.now());
  const notes = createNotes({ ...options, partitions: () => partitions });
  let readAt = clock.monotonicMs();
  const isQuiet = () => clock.monotonicMs() - readAt > QUIET_AFTER_MS;

  const publish = publishTo(producer);
  /** Everything before this has been published. */
  const endOf = ({ chunks, position }: ReadPartition<T>) => chunks.openSince() ?? position;

  const begin = async (partition: number, committed: number, id: string): Promise<ReadPartition<T>> => {
    if (id !== topicId) {
      // Made anew under its name: what was known of the one before does not hold for it.
      partitions = 0;
      notes.of(id);
      topicId = id;
    }
    partitions = Math.max(partitions, await bus.partitions(topic));
    const rows = options.open(partition);
    const chunks = createPartitionChunks(partition, rows.createRows);
    const before = { by: 'offset' as const, partition, from: lookBackFrom(committed), to: committed };
    for await (const records of bus.slice(topic, before)) {
      await options.meet(modelsOf(records));
      for (const record of records) {
        chunks.lookBack(record.offset, timestampOf(record));
        rows.lookBack?.(record);
      }
      // Or a partition without records would be waited for that came to this process after all had
      // been read.
      inputClock.lookedBack(chunks.readUpTo(), clock.now());
    }
    readAt = clock.monotonicMs();
    return { topicId: id, rows, chunks, position: committed, saidAt: Number.NEGATIVE_INFINITY };
  };
  const take = async (batch: RecordBatch<T>): Promise<BatchOutcome> => {
    const { partition, records, lastOffset } = batch;
    const current = open.get(partition);
    if (!current) return {};
    const { rows, chunks } = current;
    readAt = clock.monotonicMs();
    await options.meet(modelsOf(records));
    await rows.prepare(records, batch.isEnding);
    const sketches: DriftSketch[] = [];
    const turns = createTurns(clock);
    for (const record of records) {
      if (turns.isDue()) await turns.give();
      const timestamp = timestampOf(record);
      sketches.push(...chunks.push(record.offset, timestamp, record.value));
    }
    current.position = lastOffset + 1;
    sketches.push(...chunks.complete(current.position, chunks.readUpTo()));
    const last = records.at(-1);
    if (last) inputClock.saw(timestampOf(last), clock.now());
    if (batch.isStale()) return {};
    const ours = { isVoid: batch.isStale };
    await publish(current.topicId, sketches, ours);
    notes.reached({ partition, end: endOf(current), time: chunks.readUpTo() }, current.topicId);
    if (!batch.isStale()) await notes.send(ours);
    return { commit: endOf(current), deadLetters: rows.takeRefused?.() ?? [] };
  };

  const consumer = await bus.consume<T>({
    group: options.group,
    topics: [topic],
    badRecords: options.badRecords,
    paceMs: PACE_MS,
    idleMs: IDLE_MS,
    onCrash: options.fail,
    onRevoked() {
      open.clear();
      notes.forget();
      inputClock = createInputClock(appendTime, clock.now());
    },
    async onAssigned(_, partition, committed, id = '') {
      open.set(partition, await begin(partition, Math.max(0, committed), id));
      return undefined;
    },
    onBatch: take,
    async onIdle(_, partition, { ageMs, isStale }) {
      const current = open.get(partition);
      if (!current) return {};
      // The broker may not have answered yet.
      if (!Number.isFinite(ageMs)) return {};
      if (isQuiet() && clock.monotonicMs() - current.saidAt < QUIET_IDLE_MS) return {};
      current.saidAt = clock.monotonicMs();
      const endAt = Math.floor(clock.now() - ageMs);
      const seenAt = options.endSeenAt ? await options.endSeenAt(partition, current.position, endAt) : endAt;
      if (seenAt === undefined) return {};
      const { chunks } = current;
      const time = Math.max(chunks.readUpTo(), inputClock.atEnd(seenAt));
      const ours = { isVoid: isStale };
      await publish(current.topicId, chunks.complete(current.position, time), ours);
      // A chunk that is not complete yet still has its own, earlier time.
      const isOpen = chunks.openSince() !== undefined;
      const reached = { partition, end: endOf(current), time: isOpen ? chunks.readUpTo() : time };
      notes.reached(reached, current.topicId);
      await notes.send(ours, isQuiet() ? QUIET_IDLE_MS : undefined);
      return { commit: endOf(current) };
    },
  });
  return { lag: () => consumer.lag(), health: () => consumer.health(), stop: () => consumer.close() };
}

function publishTo(producer: TypedProducer) {
  return async (topicId: string, sketches: readonly DriftSketch[], how: SendOptions): Promise<void> => {
    if (sketches.length === 0) return;
    await producer.send(
      'drift.sketches',
      sketches.map((value) => ({ key: value.model, value: { ...value, topicId } })),
      how,
    );
  };
}
