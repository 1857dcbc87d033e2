import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError, isRetriable } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import type { Codec } from '../codec/codec.ts';
import type { Connection } from '../kafka/connection.ts';
import { FetchLoop } from '../kafka/fetch-loop.ts';
import { Committer } from './committer.ts';
import type { ConsumeOptions, Consumer, ConsumerHealth } from './consume-options.ts';
import { type Generation, GroupMember } from './group-member.ts';
import { type ConsumerCounts, type LaneOptions, PartitionLane } from './partition-lane.ts';
import { Semaphore } from './semaphore.ts';
import { startOffsets } from './start-offsets.ts';

/** What a consumer works with. */
export interface ConsumerParts<T extends TopicName> {
  readonly options: ConsumeOptions<T>;
  /** Connections of its own. */
  readonly connection: Connection;
  readonly codec: Codec;
  readonly logger: Logger;
  readonly topicPrefix: string;
  readonly sessionTimeoutMs: number;
  readonly writeDeadLetters: LaneOptions<T>['writeDeadLetters'];
}

const REBALANCE_TIMEOUT_MS = 60_000;
const HEARTBEAT_MS = 1_000;
const FETCH_WAIT_MS = 500;
const COMMIT_INTERVAL_MS = 200;
/** No sign of life, or a batch in hand, for longer than this is not healthy. */
const STALL_MS = REBALANCE_TIMEOUT_MS + 30_000;
const LONGEST_BATCH_MS = 300_000;
/** The group notices by itself, later. */
const LEAVE_TIMEOUT_MS = 2_000;

/**
 * A consumer in a group. One loop joins, starts a lane per partition, and waits until the generation is over; then the
 * lanes finish what is in hand and commit before the loop joins again. So no two generations work at once, and
 * a commit never crosses from one to the next.
 */
export class GroupConsumer<T extends TopicName> implements Consumer {
  readonly #parts: ConsumerParts<T>;
  readonly #member: GroupMember;
  readonly #closing = new AbortController();
  readonly #closed = aborted(this.#closing.signal);
  readonly #counts: ConsumerCounts = { records: 0, badRecords: 0, deadLetters: 0 };
  readonly #semaphore: Semaphore;
  #state: ConsumerHealth['detail']['state'] = 'joining';
  #generation: Generation | undefined;
  #lanes: PartitionLane<T>[] = [];
  #fetching: FetchLoop | undefined;
  #tickAt = performance.now();
  #paused = false;
  #ended: Promise<void> | undefined;
  #joined: () => void = () => undefined;

  constructor(parts: ConsumerParts<T>) {
    const { options, connection, logger, topicPrefix, sessionTimeoutMs } = parts;
    this.#parts = parts;
    this.#semaphore = new Semaphore(options.concurrency ?? Number.POSITIVE_INFINITY);
    this.#member = new GroupMember({
      connection,
      logger,
      group: `${topicPrefix}${options.group}`,
      topics: options.topics.map((topic) => `${topicPrefix}${topic}`),
      sessionTimeoutMs,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    });
  }

  /** Resolves when the group has taken this consumer in. */
  async start(): Promise<void> {
    const joined = new Promise<void>((resolve) => {
      this.#joined = resolve;
    });
    let started = false;
    const running = this.#run();
    this.#ended = running.catch((error: unknown) => {
      if (started) this.#crash(error);
    });
    await Promise.race([joined, running]);
    started = true;
  }

  lag(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.lag, 0);
  }

  health(): ConsumerHealth {
    const lastTickAgeMs = Math.round(performance.now() - this.#tickAt);
    const busyMs = Math.round(this.#lanes.reduce((most, lane) => Math.max(most, lane.busyMs), 0));
    const running = this.#state === 'running' || this.#state === 'joining';
    return {
      ok: running && lastTickAgeMs < STALL_MS && busyMs < LONGEST_BATCH_MS,
      detail: {
        state: this.#state,
        group: this.#parts.options.group,
        generation: this.#generation?.id ?? -1,
        partitions: this.#lanes.map(({ topic, partition }) => `${topic}/${partition}`),
        lastTickAgeMs,
        busyMs,
        lag: this.lag(),
        ...this.#counts,
      },
    };
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { options, logger } = this.#parts;
    try {
      while (!this.#closing.signal.aborted) {
        this.#state = 'joining';
        const generation = await this.#join();
        if (!generation) break;
        this.#tick();
        this.#generation = generation;
        const partitions = generation.partitions.map(({ topic, partition }) => `${topic}/${partition}`);
        logger.info({ group: options.group, generation: generation.id, partitions }, 'joined the group');
        await this.#work(generation);
      }
      this.#state = 'closed';
    } catch (error) {
      this.#state = 'failed';
      throw error;
    } finally {
      await this.#leave();
    }
  }

  /** A join waits on the broker until the others are there: closing must not wait for it. */
  async #join(): Promise<Generation | undefined> {
    const joining = this.#member.join(this.#closing.signal);
    joining.catch(() => undefined);
    try {
      return await Promise.race([joining, this.#closed.then(() => undefined)]);
    } catch (error) {
      if (this.#closing.signal.aborted) return undefined;
      throw error;
    }
  }

  async #leave(): Promise<void> {
    const limit = new AbortController();
    const tooLong = sleep(LEAVE_TIMEOUT_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    await Promise.race([this.#member.leave(), tooLong]);
    limit.abort();
    this.#parts.connection.close();
  }

  /** Everything between two joins. Resolves when the generation is over and nothing of it is in hand. */
  async #work(generation: Generation): Promise<void> {
    const { options, connection, logger } = this.#parts;
    const stale = new AbortController();
    const over = new AbortController();
    let failure: { error: unknown } | undefined;
    const end = (how: 'rebalancing' | 'lost') => {
      if (how === 'lost') stale.abort();
      over.abort();
    };
    const fail = (error: unknown) => {
      failure ??= { error };
      over.abort();
    };
    const onClosing = () => over.abort();
    this.#closing.signal.addEventListener('abort', onClosing);
    const committer = new Committer({
      member: this.#member,
      generation,
      logger,
      intervalMs: COMMIT_INTERVAL_MS,
      signal: stale.signal,
      onOver: end,
      onError: fail,
    });
    const finished = new AbortController();
    void this.#heartbeats(generation, finished.signal, end, fail);
    try {
      const lanes = await this.#createLanes(generation, stale.signal, committer);
      this.#lanes = lanes;
      this.#setPaused(this.#paused);
      const fetching = new FetchLoop({
        connection,
        logger,
        targets: lanes,
        maxWaitMs: FETCH_WAIT_MS,
        onTick: () => this.#tick(),
        onError: fail,
      });
      this.#fetching = fetching;
      this.#state = 'running';
      const running = lanes.map((lane) => lane.run().catch(fail));
      this.#joined();
      const fetched = fetching.run();
      await aborted(over.signal);
      fetching.stop();
      for (const lane of lanes) lane.stop(failure === undefined);
      await Promise.all([fetched, ...running]);
      if (!stale.signal.aborted) await committer.flush();
    } catch (error) {
      if (!this.#closing.signal.aborted || !isRetriable(error)) fail(error);
    } finally {
      this.#closing.signal.removeEventListener('abort', onClosing);
      this.#fetching = undefined;
      stale.abort();
      finished.abort();
      this.#lanes = [];
    }
    options.onRevoked?.();
    if (failure) throw failure.error;
  }

  async #createLanes(
    generation: Generation,
    stale: AbortSignal,
    committer: Committer,
  ): Promise<PartitionLane<T>[]> {
    const { options, connection, codec, logger, topicPrefix, writeDeadLetters } = this.#parts;
    const positions = await startOffsets({
      lookup: { connection, logger },
      group: `${topicPrefix}${options.group}`,
      partitions: generation.partitions,
      fromBeginning: options.fromBeginning ?? true,
      signal: this.#closing.signal,
    });
    return positions.map(({ topic, partition, offset, isCommitted, end, earliest }) => {
      const name = options.topics.find((candidate) => `${topicPrefix}${candidate}` === topic);
      if (!name) throw new Error(`assigned ${topic}, which was not subscribed to`);
      // Where "from now on" was is remembered, or a restart before the first commit would skip what came meanwhile.
      if (!isCommitted && options.fromBeginning === false) committer.add({ topic, partition }, offset);
      return new PartitionLane({
        consume: options,
        name,
        topic,
        partition,
        committed: offset,
        codec,
        logger,
        counts: this.#counts,
        semaphore: this.#semaphore,
        stale,
        writeDeadLetters,
        commit: (next) => committer.add({ topic, partition }, next),
        earliest,
        end,
        onRoom: () => this.#fetching?.wake(),
        onTick: () => this.#tick(),
      });
    });
  }

  /** Runs until the generation's work has finished, so that the group waits for what is in hand. */
  async #heartbeats(
    generation: Generation,
    finished: AbortSignal,
    end: (how: 'rebalancing' | 'lost') => void,
    fail: (error: unknown) => void,
  ): Promise<void> {
    const { connection, logger, sessionTimeoutMs } = this.#parts;
    let heardAt = performance.now();
    while (!finished.aborted) {
      await sleep(HEARTBEAT_MS, undefined, { signal: finished }).catch(() => undefined);
      if (finished.aborted) return;
      try {
        const answer = await this.#member.heartbeat(generation);
        heardAt = performance.now();
        this.#tick();
        if (answer !== 'ok') end(answer);
        if (answer === 'lost') return;
      } catch (error) {
        if (finished.aborted) return;
        if (!isRetriable(error)) {
          fail(error);
          return;
        }
        logger.warn({ err: error }, 'heartbeat failed: trying again');
        connection.reset();
        // Silent for this long, the group has given the partitions to someone else.
        if (performance.now() - heardAt > sessionTimeoutMs) {
          end('lost');
          return;
        }
      }
    }
  }

  #setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const lane of this.#lanes) lane.paused = paused;
    if (!paused) this.#fetching?.wake();
  }

  #tick(): void {
    this.#tickAt = performance.now();
  }

  #crash(error: unknown): void {
    const { options, logger } = this.#parts;
    logger.error({ err: error, group: options.group }, 'the consumer has ended by an error');
    if (options.onCrash) {
      options.onCrash(error);
      return;
    }
    // Nothing is swallowed: without anyone to tell, the process ends.
    queueMicrotask(() => {
      throw error instanceof Error ? error : new DriftloopError('KAFKA_UNAVAILABLE', String(error));
    });
  }
}

/** Resolves when the signal is, or has been, aborted. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
