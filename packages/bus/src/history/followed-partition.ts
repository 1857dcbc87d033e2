import { isRetriable } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import type { FetchTarget } from '../kafka/fetch-loop.ts';
import type { FetchedPartition } from '../protocol/fetch.ts';
import { readRecordSet } from '../protocol/record-batch-reader.ts';
import { type BusRecord, isMeant, readRecords } from '../records.ts';
import { Trouble } from '../trouble.ts';
import type { History } from './history.ts';

/** A topic that is followed, as its partitions see it. */
export interface FollowedTopic<T extends TopicName> extends Pick<History, 'codec' | 'logger'> {
  readonly topic: T;
  /** On Kafka. */
  readonly name: string;
  /** Nothing more is to be handed over. */
  readonly signal: AbortSignal;
  handle(records: BusRecord<T>[]): void | Promise<void>;
  /** Whether a record is handed over, by its key; all are where it is left out. */
  readonly keep?: (key: string) => boolean;
  /** Runs something after what is under way. */
  inTurn(work: () => Promise<void>): void;
  /** The first offset that is kept. */
  earliest(partition: number): Promise<number>;
  /** Everything below `next` was handed over or is not kept any more. */
  passed(partition: number, next: number): void;
}

/** One partition of a topic that is followed. */
export class FollowedPartition<T extends TopicName> implements FetchTarget {
  readonly topic: string;
  readonly partition: number;
  topicId: string | undefined;
  readonly #followed: FollowedTopic<T>;
  readonly #trouble: Trouble;
  /** Next offset to fetch; undefined while fetched records wait to be handed over. */
  #at: number | undefined;

  /** @param from first offset to be read */
  constructor(followed: FollowedTopic<T>, partition: number, topicId: string | undefined, from: number) {
    this.#followed = followed;
    this.topic = followed.name;
    this.partition = partition;
    this.topicId = topicId;
    this.#at = from;
    this.#trouble = new Trouble(followed.logger, { topic: followed.topic, partition });
  }

  /** What keeps records from being handed over, and since when. */
  get trouble(): Trouble['current'] {
    return this.#trouble.current;
  }

  wanted(): number | undefined {
    return this.#at;
  }

  accept(fetched: FetchedPartition, offset: number): void {
    if (fetched.recordSet.length === 0 || offset !== this.#at) return;
    this.#at = undefined; // nothing more until these are handed over
    this.#followed.inTurn(() => this.#hand(fetched, offset));
  }

  async outOfRange(offset: number): Promise<void> {
    const { earliest, logger, passed, topic } = this.#followed;
    const { partition } = this;
    const first = await earliest(partition);
    logger.error({ topic, partition, offset, first }, 'the records to be read are not kept any more');
    if (this.#at !== offset) return;
    this.#at = first;
    passed(partition, first);
  }

  async madeAnew(topicId: string | undefined): Promise<void> {
    const { earliest, logger, passed, topic } = this.#followed;
    const { partition } = this;
    const message =
      'the topic was deleted and made anew: reading it from its beginning; what was made of the old one stays until a restart';
    logger.error({ topic, partition, was: this.topicId, is: topicId }, message);
    const first = await earliest(partition);
    this.topicId = topicId;
    if (this.#at !== undefined) this.#at = first;
    passed(partition, Number.POSITIVE_INFINITY);
  }

  async #hand({ recordSet, aborted }: FetchedPartition, from: number): Promise<void> {
    const { codec, handle, keep, logger, passed, signal, topic } = this.#followed;
    const { partition } = this;
    const { records: all, nextOffset } = readRecordSet(recordSet, from, aborted);
    const raw = keep ? all.filter((record) => isMeant(record, keep)) : all;
    const { records, bad } = await this.#untilItPasses(() => readRecords(codec, topic, partition, raw));
    for (const { raw: record, code, reason } of bad) {
      logger.error({ topic, partition, offset: record.offset, code }, `left out: ${reason}`);
    }
    if (signal.aborted) return;
    if (records.length > 0) await this.#untilItPasses(async () => handle(records));
    this.#at = nextOffset;
    passed(partition, nextOffset);
  }

  async #untilItPasses<R>(work: () => Promise<R>): Promise<R> {
    const { signal, topic } = this.#followed;
    for (;;) {
      try {
        const result = await work();
        this.#trouble.over();
        return result;
      } catch (error) {
        if (signal.aborted || !isRetriable(error)) throw error;
        await this.#trouble.wait(`${topic}/${this.partition} is held up`, error, signal);
      }
    }
  }
}
