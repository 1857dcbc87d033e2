import { isRetriable } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import type { Codec } from '../codec/codec.ts';
import type { FetchTarget } from '../kafka/fetch-loop.ts';
import type { FetchedPartition } from '../protocol/fetch.ts';
import type { RawRecord } from '../protocol/raw-record.ts';
import { endOfRecordSet, readRecordSet } from '../protocol/record-batch-reader.ts';
import { UnreadableRecords } from '../protocol/unreadable-records.ts';
import { type RefusedRecord, readRecords } from '../records.ts';
import { retry } from '../retry.ts';
import { Trouble } from '../trouble.ts';
import type { BatchOutcome, ConsumeOptions, StartPosition } from './consume-options.ts';
import type { Semaphore } from './semaphore.ts';

/** Counts over the life of a consumer. */
export interface ConsumerCounts {
  records: number;
  badRecords: number;
  deadLetters: number;
  /** By error code. */
  readonly deadLettersBy: Map<string, number>;
}

/** What a lane works with. */
export interface LaneOptions<T extends TopicName> {
  readonly consume: ConsumeOptions<T>;
  /** Without prefix. */
  readonly name: T;
  /** On Kafka. */
  readonly topic: string;
  readonly partition: number;
  /** The group's commit, or where it begins without one. */
  readonly committed: number;
  readonly codec: Pick<Codec, 'prepare' | 'key' | 'decode'>;
  readonly logger: Logger;
  readonly counts: ConsumerCounts;
  readonly semaphore: Semaphore;
  /** The topic's id; undefined where brokers tell none. */
  readonly topicId: string | undefined;
  /** True once the partition may belong to someone else. */
  isStale(): boolean;
  /** The topic was deleted and made anew: the lane reads nothing more. */
  madeAnew(topicId: string | undefined): void;
  writeDeadLetters(topic: T, partition: number, records: readonly RefusedRecord[]): Promise<void>;
  commit(offset: number): void;
  /** The first offset that is kept. */
  earliest(): Promise<number>;
  /** One past the last record when the generation began. */
  readonly end: number;
  /** The lane has room for more, or has begun. */
  readonly onRoom: () => void;
  readonly onTick: () => void;
}

/** Batches that wait while one is in hand: enough to keep busy during a fetch. */
const QUEUE_LIMIT = 2;

/**
 * One partition during one generation: fetched batches wait in a queue and are handled strictly in
 * order.
 */
export class PartitionLane<T extends TopicName> implements FetchTarget {
  readonly topic: string;
  readonly partition: number;
  readonly topicId: string | undefined;
  readonly #options: LaneOptions<T>;
  readonly #trouble: Trouble;
  readonly #end = new AbortController();
  readonly #queue: { fetched: FetchedPartition; offset: number }[] = [];
  /** Next offset to fetch; undefined until it is known where to begin. */
  #fetchAt: number | undefined;
  #position: number;
  /** Everything below is done, whether or not the group has been told yet. */
  #committed: number;
  #highWatermark: number;
  #busySince: number | undefined;
  /** Kafka's timestamp of the first record in hand, or of the last that was handled. */
  #oldestAt: number | undefined;
  /** When the broker last answered. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  #paused = false;
  #inOrder = false;
  #wake: () => void = () => undefined;

  constructor(options: LaneOptions<T>) {
    this.#options = options;
    this.topic = options.topic;
    this.partition = options.partition;
    this.topicId = options.topicId;
    this.#trouble = new Trouble(options.logger, { topic: options.name, partition: options.partition });
    this.#position = options.committed;
    this.#committed = options.committed;
    this.#highWatermark = options.end;
  }

  get lag(): number {
    return Math.max(0, this.#highWatermark - this.#position);
  }

  /**
   * How long ago the oldest record that is not handled was written, by Kafka's timestamps: that of
   * the batch in hand, or at most that of the last record before it. 0 where nothing is behind,
   * undefined before the first batch.
   */
  lagMs(now: number): number | undefined {
    if (this.lag === 0) return 0;
    return this.#oldestAt === undefined ? undefined : Math.max(0, now - this.#oldestAt);
  }

  get busyMs(): number {
    return this.#busySince === undefined ? 0 : performance.now() - this.#busySince;
  }

  /** What keeps the partition waiting, and since when. */
  get trouble(): Trouble['current'] {
    return this.#trouble.current;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
  }

  wanted(): number | undefined {
    return this.#end.signal.aborted || this.#paused || this.#queue.length >= QUEUE_LIMIT
      ? undefined
      : this.#fetchAt;
  }

  accept(fetched: FetchedPartition, offset: number): void {
    this.#highWatermark = fetched.highWatermark;
    this.#answeredAt = performance.now();
    if (this.#end.signal.aborted || offset !== this.#fetchAt || fetched.recordSet.length === 0) return;
    this.#fetchAt = endOfRecordSet(fetched.recordSet, offset);
    if (this.#fetchAt > offset) this.#queue.push({ fetched, offset });
    this.#wake();
  }

  async outOfRange(offset: number): Promise<void> {
    const { logger, earliest } = this.#options;
    if (this.#end.signal.aborted || offset !== this.#fetchAt) return;
    const next = await earliest();
    const { topic, partition } = this;
    logger.error(
      { topic, partition, offset, next },
      'the records to be read are not kept any more: going on with the first one',
    );
    this.#fetchAt = next;
    this.#position = next;
  }

  async madeAnew(topicId: string | undefined): Promise<void> {
    if (this.#end.signal.aborted) return;
    const { name, logger, madeAnew } = this.#options;
    logger.warn(
      { topic: name, was: this.topicId, is: topicId },
      'the topic was deleted and made anew: reading it like a new one',
    );
    madeAnew(topicId);
  }

  /**
   * Handles batches until `stop`; then what is in hand is finished. Rejects when a handler fails
   * with an error that does not pass. After one that does, the partition waits and begins again
   * where it has committed, `onAssigned` included, as if the process had been started anew.
   */
  async run(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      // Kafka or the registry could not be reached until the lane was stopped: the next generation
      // begins here.
      if (!this.#end.signal.aborted || !isRetriable(error)) throw error;
    }
  }

  /** Ends the lane after what is in hand. @param inOrder whether `onRelease` is to be called */
  stop(inOrder: boolean): void {
    this.#inOrder = inOrder;
    this.#end.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { name, partition } = this.#options;
    let isWell = false;
    while (!this.#end.signal.aborted) {
      try {
        await this.#start();
        isWell = true;
        await this.#read();
      } catch (error) {
        if (this.#end.signal.aborted || !isRetriable(error)) throw error;
        isWell = false;
        this.#fetchAt = undefined;
        this.#queue.length = 0;
        await this.#trouble.wait(`${name}/${partition} is held up`, error, this.#end.signal);
      }
    }
    // What is kept after a failure may be half done.
    if (isWell) await this.#release();
  }

  async #start(): Promise<void> {
    const { consume, name, partition, topicId } = this.#options;
    this.#begin(await consume.onAssigned?.(name, partition, this.#committed, topicId));
    this.#options.onRoom();
  }

  async #read(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const next = this.#queue.shift();
      if (next) {
        this.#options.onRoom();
        await this.#inHand(() => this.#handle(next.fetched, next.offset));
      } else if (await this.#waitForBatch()) {
        await this.#inHand(() => this.#idle());
      } else continue;
      this.#trouble.over();
    }
  }

  #begin(start: StartPosition): void {
    const { name, partition, logger, end } = this.#options;
    const committed = this.#committed;
    const position = typeof start === 'number' ? Math.max(start, committed) : (start?.seek ?? committed);
    this.#position = position;
    this.#fetchAt = position;
    if (position === committed || position <= end) {
      // What is skipped is done with. Or the group would stand still where nothing more comes.
      if (typeof start === 'number' && position > committed) this.#commit(position);
      return;
    }
    // Beyond the end nothing can be fetched; records up to there are skipped as they come.
    logger.warn({ topic: name, partition, position, end }, 'begins beyond the end of the partition');
    this.#fetchAt = end;
  }

  #commit(offset: number): void {
    this.#committed = offset;
    this.#options.commit(offset);
  }

  /** @returns true when it is time for `onIdle` */
  async #waitForBatch(): Promise<boolean> {
    const { onIdle, idleMs = 1_000 } = this.#options.consume;
    let timer: NodeJS.Timeout | undefined;
    const woken = new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(false);
      if (onIdle) timer = setTimeout(() => resolve(true), idleMs);
    });
    const timeIsUp = await woken;
    clearTimeout(timer);
    const fullyRead = this.#position >= this.#highWatermark;
    return timeIsUp && fullyRead && !this.#end.signal.aborted && this.#queue.length === 0;
  }

  async #inHand(work: () => Promise<void>): Promise<void> {
    await this.#options.semaphore.acquire();
    this.#busySince = performance.now();
    try {
      if (!this.#end.signal.aborted) await work();
    } finally {
      this.#busySince = undefined;
      this.#options.semaphore.release();
      this.#options.onTick();
    }
  }

  async #handle(fetched: FetchedPartition, offset: number): Promise<void> {
    const { consume, name, partition, codec, logger, counts, isStale } = this.#options;
    const from = Math.max(offset, this.#position);
    const { records: raw, nextOffset, hasMore } = readRecordSet(fetched.recordSet, from, fetched.aborted);
    const first = raw[0];
    const last = raw.at(-1);
    if (first && last) {
      this.#oldestAt = first.timestamp;
      const { records, bad } = await retry(
        `reading ${name}/${partition}`,
        () => readRecords(codec, name, partition, raw),
        { logger, signal: this.#end.signal, onRetry: (error) => this.#trouble.note(error) },
      );
      counts.records += records.length;
      counts.badRecords += bad.length;
      const outcome = await consume.onBatch({
        topic: name,
        partition,
        records,
        firstOffset: first.offset,
        // What stands for a batch that cannot be read lies at its first offset.
        lastOffset: last instanceof UnreadableRecords ? nextOffset - 1 : last.offset,
        highWatermark: Math.max(fetched.highWatermark, this.#highWatermark),
        isStale,
        isEnding: () => this.#end.signal.aborted,
      });
      await this.#conclude(outcome, raw, consume.badRecords === 'deadLetter' ? bad : []);
      this.#oldestAt = last.timestamp;
    }
    this.#position = nextOffset;
    if (hasMore) this.#queue.unshift({ fetched, offset: nextOffset });
  }

  async #idle(): Promise<void> {
    const { consume, name, partition, isStale } = this.#options;
    const end = { ageMs: performance.now() - this.#answeredAt, isStale };
    const outcome = await consume.onIdle?.(name, partition, end);
    if (outcome) await this.#conclude(outcome, [], []);
  }

  async #release(): Promise<void> {
    const { consume, name, partition, isStale } = this.#options;
    if (!this.#inOrder || isStale()) return;
    const outcome = await consume.onRelease?.(name, partition, { isStale });
    if (outcome) await this.#conclude(outcome, [], []);
  }

  /** Dead letters first, then the commit: what is committed is never lost. */
  async #conclude(
    outcome: BatchOutcome,
    raw: readonly RawRecord[],
    bad: readonly RefusedRecord[],
  ): Promise<void> {
    const { name, partition, isStale, counts, writeDeadLetters } = this.#options;
    if (isStale()) return;
    const byOffset = outcome.deadLetters?.length
      ? new Map(raw.map((record) => [record.offset, record]))
      : undefined;
    const dead: RefusedRecord[] = [...bad];
    for (const { offset, code, reason } of outcome.deadLetters ?? []) {
      const record = byOffset?.get(offset);
      if (!record) throw new RangeError(`dead letter ${name}/${partition} at ${offset} is not in the batch`);
      dead.push({ raw: record, code, reason });
    }
    if (dead.length > 0) {
      dead.sort((a, b) => a.raw.offset - b.raw.offset);
      await writeDeadLetters(name, partition, dead);
      counts.deadLetters += dead.length;
      for (const { code } of dead) counts.deadLettersBy.set(code, (counts.deadLettersBy.get(code) ?? 0) + 1);
    }
    await outcome.write?.();
    if (outcome.commit === undefined) return;
    this.#commit(outcome.commit);
  }
}
