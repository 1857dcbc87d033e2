import type { BusRecord } from '@driftloop/bus';
import { TOPIC_NAMES, TOPICS, type TopicName, type TopicRecords } from '@driftloop/schemas';
import { EPOCH_MS } from '../time/epoch.ts';

/** A record on its way onto a partition. */
export interface Arriving<T extends TopicName = TopicName> {
  readonly key: string;
  readonly value: TopicRecords[T];
  readonly timestamp: number;
}

/** Topics that clients write. */
const CLIENTS: ReadonlySet<TopicName> = new Set(['inference.requests', 'inference.labels']);

/** Told which partition of its topic has got records. */
export type AppendListener = (partition: number) => void;

/** The topics of one world: what was appended, in order, for good. */
export class Broker {
  readonly #partitions = new Map<TopicName, BusRecord[][]>();
  readonly #appendedMs = new WeakMap<BusRecord, number>();
  readonly #nowMs: () => number;
  readonly #clients: 'broker' | 'producer';
  readonly #listeners = new Map<TopicName, Set<AppendListener>>();
  /** Sees each record as it is appended. */
  onAppend: (record: BusRecord) => void = () => undefined;

  /**
   * @param inputPartitions of the topics that share their number of partitions
   * @param clients who sets the timestamps of what clients write: topics that were made by others
   *   leave that to producers
   */
  constructor(inputPartitions: number, nowMs: () => number, clients: 'broker' | 'producer') {
    this.#nowMs = nowMs;
    this.#clients = clients;
    for (const topic of TOPIC_NAMES) {
      const { partitions } = TOPICS[topic];
      const count = partitions === 'perInput' ? inputPartitions : partitions;
      this.#partitions.set(
        topic,
        Array.from({ length: count }, () => []),
      );
    }
  }

  partitions(topic: TopicName): number {
    return this.#topic(topic).length;
  }

  /** One past the last offset. */
  high(topic: TopicName, partition: number): number {
    return this.#topic(topic)[partition]?.length ?? 0;
  }

  /** All records of a partition; the offset is the index. */
  records<T extends TopicName>(topic: T, partition: number): readonly BusRecord<T>[] {
    return (this.#topic(topic)[partition] ?? []) as BusRecord<T>[];
  }

  /** All records of a topic, by partition and offset. */
  all<T extends TopicName>(topic: T): BusRecord<T>[] {
    return this.#topic(topic).flat() as BusRecord<T>[];
  }

  /** Whether the broker sets the timestamps. */
  isAppendTime(topic: TopicName): boolean {
    if (CLIENTS.has(topic) && this.#clients === 'producer') return false;
    return TOPICS[topic].timestamps === 'broker';
  }

  /** When a record was appended, milliseconds of virtual time. */
  appendedMs(record: BusRecord): number {
    return this.#appendedMs.get(record) ?? 0;
  }

  append<T extends TopicName>(topic: T, partition: number, arriving: readonly Arriving<T>[]): void {
    const log = this.#topic(topic)[partition];
    if (!log) throw new RangeError(`${topic} has no partition ${partition}`);
    const isTimed = this.isAppendTime(topic);
    for (const { key, value, timestamp: given } of arriving) {
      const timestamp = isTimed ? EPOCH_MS + Math.floor(this.#nowMs()) : given;
      const record = { topic, partition, offset: log.length, timestamp, key, value } as BusRecord;
      log.push(record);
      this.#appendedMs.set(record, this.#nowMs());
      this.onAppend(record);
    }
    for (const listener of this.#listeners.get(topic) ?? []) listener(partition);
  }

  /** Gives a topic more partitions; one that has as many stays as it is. */
  grow(topic: TopicName, partitions: number): void {
    const logs = this.#topic(topic);
    while (logs.length < partitions) logs.push([]);
  }

  /** @returns a function that ends it */
  listen(topic: TopicName, listener: AppendListener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  #topic(topic: TopicName): BusRecord[][] {
    const found = this.#partitions.get(topic);
    if (!found) throw new RangeError(`no topic ${topic}`);
    return found;
  }
}
