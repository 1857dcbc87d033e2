import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import type { Codec } from '../codec/codec.ts';
import type { Connection } from '../kafka/connection.ts';
import { FetchLoop } from '../kafka/fetch-loop.ts';
import { aborted } from './aborted.ts';
import { Committer } from './committer.ts';
import type { ConsumeOptions } from './consume-options.ts';
import type { Generation, GroupMember } from './group-member.ts';
import { sendHeartbeats } from './heartbeats.ts';
import { Lease, type Moment, moment } from './lease.ts';
import { type ConsumerCounts, type LaneOptions, PartitionLane } from './partition-lane.ts';
import type { Semaphore } from './semaphore.ts';
import { startOffsets } from './start-offsets.ts';

/** What a consumer works with. */
export interface ConsumerParts<T extends TopicName> {
  readonly options: ConsumeOptions<T>;
  /** Connections of its own. */
  readonly connection: Connection;
  readonly codec: Pick<Codec, 'prepare' | 'key' | 'decode'>;
  readonly logger: Logger;
  readonly topicPrefix: string;
  readonly sessionTimeoutMs: number;
  readonly writeDeadLetters: LaneOptions<T>['writeDeadLetters'];
}

/** What all generations of a consumer share. */
export interface Shared {
  readonly member: GroupMember;
  readonly counts: ConsumerCounts;
  readonly semaphore: Semaphore;
  /** Ends the generation in good order. */
  readonly closing: AbortSignal;
  /** A sign of life. */
  readonly onTick: () => void;
  /** Kafka has answered something that was sent then. */
  readonly onAnswer: (sentAt: Moment) => void;
  /** Partitions are being read. */
  readonly onStarted: () => void;
}

const FETCH_WAIT_MS = 500;
const COMMIT_INTERVAL_MS = 1_000;
/** Commits that cannot be made when all else is done are left: the work is done again. */
const FLUSH_TIMEOUT_MS = 5_000;

/**
 * Everything between two joins of a group: a lane per partition, what feeds them, and what they
 * commit. A run ends when the group rebalances, when the member was lost, by `closing`, or by an
 * error; it is over only when nothing is in hand.
 */
export class GenerationRun<T extends TopicName> {
  readonly generation: Generation;
  readonly #parts: ConsumerParts<T>;
  readonly #shared: Shared;
  /** The partitions may belong to someone else. */
  readonly #stale = new AbortController();
  /** Nothing new is begun. */
  readonly #over = new AbortController();
  readonly #finished = new AbortController();
  readonly #lease: Lease;
  readonly #committer: Committer;
  #lanes: readonly PartitionLane<T>[] = [];
  #fetching: FetchLoop | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(generation: Generation, parts: ConsumerParts<T>, shared: Shared) {
    this.generation = generation;
    this.#parts = parts;
    this.#shared = shared;
    this.#lease = new Lease(parts.sessionTimeoutMs, generation.joinedAt);
    this.#committer = new Committer({
      member: shared.member,
      generation,
      logger: parts.logger,
      intervalMs: COMMIT_INTERVAL_MS,
      signal: this.#stale.signal,
      onOver: (how) => this.#end(how),
      onError: (error) => this.#fail(error),
    });
  }

  get lanes(): readonly PartitionLane<T>[] {
    return this.#lanes;
  }

  /** Why nothing can be read, and since when. */
  get trouble(): FetchLoop['trouble'] {
    return this.#fetching?.trouble;
  }

  setPaused(paused: boolean): void {
    for (const lane of this.#lanes) lane.paused = paused;
    if (!paused) this.#fetching?.wake();
  }

  /**
   * Resolves when the generation is over. Rejects with the error of a handler, or one that does not
   * pass.
   */
  async run(paused: boolean): Promise<void> {
    const { options, connection, logger } = this.#parts;
    const { member, closing, onAnswer, onTick } = this.#shared;
    const onClosing = () => this.#over.abort();
    closing.addEventListener('abort', onClosing);
    void sendHeartbeats({
      member,
      generation: this.generation,
      logger,
      lease: this.#lease,
      finished: this.#finished.signal,
      onAnswer: (sentAt) => {
        onTick();
        onAnswer(sentAt);
      },
      onOver: (how) => this.#end(how),
      onError: (error) => this.#fail(error),
      reset: () => connection.reset(),
    });
    try {
      await this.#work(paused);
    } catch (error) {
      // What passes is tried again in the next generation.
      if (!isRetriable(error)) this.#fail(error);
    } finally {
      closing.removeEventListener('abort', onClosing);
      this.#stale.abort();
      this.#finished.abort();
      this.#lanes = [];
    }
    options.onRevoked?.();
    if (this.#failure) throw this.#failure.error;
  }

  async #work(paused: boolean): Promise<void> {
    const { connection, logger, options } = this.#parts;
    const { onAnswer, onTick, onStarted } = this.#shared;
    const lanes = await this.#createLanes();
    this.#lanes = lanes;
    const fetching = new FetchLoop({
      connection,
      logger,
      targets: lanes,
      maxWaitMs: FETCH_WAIT_MS,
      paceMs: options.paceMs ?? 0,
      onTick,
      onAnswer: () => onAnswer(moment()),
      onError: (error) => this.#fail(error),
    });
    this.#fetching = fetching;
    this.setPaused(paused);
    const running = lanes.map((lane) => lane.run().catch((error: unknown) => this.#fail(error)));
    onStarted();
    const fetched = fetching.run();
    await aborted(this.#over.signal);
    fetching.stop();
    for (const lane of lanes) lane.stop(this.#failure === undefined);
    await Promise.all([fetched, ...running]);
    if (!this.#isStale()) await this.#flush();
  }

  async #createLanes(): Promise<PartitionLane<T>[]> {
    const { options, connection, codec, logger, topicPrefix, writeDeadLetters } = this.#parts;
    const { counts, semaphore, closing, onTick } = this.#shared;
    const positions = await startOffsets({
      lookup: { connection, logger },
      group: `${topicPrefix}${options.group}`,
      partitions: this.generation.partitions,
      fromBeginning: options.fromBeginning ?? true,
      signal: closing,
    });
    return positions.map(({ topic, partition, topicId, offset, isCommitted, end, earliest }) => {
      const name = options.topics.find((candidate) => `${topicPrefix}${candidate}` === topic);
      if (!name) throw new Error(`assigned ${topic}, which was not subscribed to`);
      const commit = (next: number) => this.#committer.add({ topic, partition, topicId, offset: next });
      // Where "from now on" was is remembered, or a restart before the first commit would skip what
      // came meanwhile.
      if (!isCommitted && options.fromBeginning === false) commit(offset);
      return new PartitionLane({
        consume: options,
        name,
        topic,
        partition,
        committed: offset,
        codec,
        logger,
        counts,
        semaphore,
        topicId,
        isStale: () => this.#isStale(),
        // The others hear of it by the rebalance.
        madeAnew: () => this.#end('rebalancing'),
        writeDeadLetters,
        commit,
        earliest,
        end,
        onRoom: () => this.#fetching?.wake(),
        onTick,
      });
    });
  }

  async #flush(): Promise<void> {
    const limit = new AbortController();
    const tooLong = sleep(FLUSH_TIMEOUT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([this.#committer.flush(), tooLong]);
    limit.abort();
  }

  /**
   * Being told takes time, and a process that was stopped has not been told yet: the lease tells at
   * once.
   */
  #isStale(): boolean {
    if (!this.#stale.signal.aborted && this.#lease.expired) {
      this.#parts.logger.warn(
        { generation: this.generation.id },
        'the group has not been heard for the session timeout: its partitions may belong to others, nothing more is written',
      );
      this.#end('lost');
    }
    return this.#stale.signal.aborted;
  }

  #end(how: 'rebalancing' | 'lost'): void {
    if (how === 'lost') this.#stale.abort();
    this.#over.abort();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#over.abort();
  }
}
