import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import { inSeconds, PATIENCE_MS } from '../patience.ts';
import { aborted } from './aborted.ts';
import type { Consumer, ConsumerHealth } from './consume-options.ts';
import { type ConsumerParts, GenerationRun, type Shared } from './generation-run.ts';
import { type Generation, GroupMember } from './group-member.ts';
import { ageMs, moment } from './lease.ts';
import { Semaphore } from './semaphore.ts';

/** How long the group waits for a member to finish what is in hand. */
const REBALANCE_TIMEOUT_MS = 60_000;
/** No sign of life, or a batch in hand, for longer than this is not healthy. */
const STALL_MS = REBALANCE_TIMEOUT_MS + 30_000;
const LONGEST_BATCH_MS = 300_000;
/** The group notices by itself, later. */
const LEAVE_TIMEOUT_MS = 2_000;

/**
 * A consumer in a group. One loop joins, runs the generation, and joins again when it is over and
 * nothing of it is in hand. So no two generations work at once, and a commit never crosses from one
 * to the next.
 */
export class GroupConsumer<T extends TopicName> implements Consumer {
  readonly #parts: ConsumerParts<T>;
  readonly #shared: Shared;
  readonly #closing = new AbortController();
  readonly #closed = aborted(this.#closing.signal);
  #state: ConsumerHealth['detail']['state'] = 'joining';
  #run: GenerationRun<T> | undefined;
  #tickAt = performance.now();
  #answeredAt = moment();
  #paused = false;
  #ended: Promise<void> | undefined;
  #started: () => void = () => undefined;

  constructor(parts: ConsumerParts<T>) {
    const { options, connection, logger, topicPrefix, sessionTimeoutMs } = parts;
    this.#parts = parts;
    const member = new GroupMember({
      connection,
      logger,
      group: `${topicPrefix}${options.group}`,
      topics: options.topics.map((topic) => `${topicPrefix}${topic}`),
      sessionTimeoutMs,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
    });
    this.#shared = {
      member,
      counts: { records: 0, badRecords: 0, deadLetters: 0, deadLettersBy: new Map() },
      semaphore: new Semaphore(options.concurrency ?? Number.POSITIVE_INFINITY),
      closing: this.#closing.signal,
      onTick: () => this.#tick(),
      onAnswer: (sentAt) => {
        this.#answeredAt = sentAt;
      },
      onStarted: () => {
        this.#state = 'running';
        this.#started();
      },
    };
  }

  /** Resolves when the group has taken this consumer in. */
  async start(): Promise<void> {
    const joined = new Promise<void>((resolve) => {
      this.#started = resolve;
    });
    let isStarted = false;
    const running = this.#loop();
    this.#ended = running.catch((error: unknown) => {
      if (isStarted) this.#crash(error);
    });
    await Promise.race([joined, running]);
    isStarted = true;
  }

  lag(): number {
    return this.#run?.lanes.reduce((sum, lane) => sum + lane.lag, 0) ?? 0;
  }

  #lagMs(): number | null {
    const now = Date.now();
    const behind = (this.#run?.lanes ?? []).map((lane) => lane.lagMs(now) ?? null);
    return behind.includes(null) ? null : Math.max(0, ...behind.map(Number));
  }

  health(): ConsumerHealth {
    const lanes = this.#run?.lanes ?? [];
    const reason = this.#reason();
    return {
      ok: reason === undefined,
      detail: {
        state: this.#state,
        group: this.#parts.options.group,
        generation: this.#run?.generation.id ?? -1,
        partitions: lanes.map(({ topic, partition }) => `${topic}/${partition}`),
        lastTickAgeMs: Math.round(performance.now() - this.#tickAt),
        lastAnswerAgeMs: Math.round(ageMs(this.#answeredAt)),
        busyMs: this.#busyMs(),
        waiting: Object.fromEntries(
          lanes.flatMap(({ topic, partition, trouble }) =>
            trouble ? [[`${topic}/${partition}`, trouble]] : [],
          ),
        ),
        ...(reason === undefined ? {} : { reason }),
        lag: this.lag(),
        lagMs: this.#lagMs(),
        topics: this.#parts.options.topics,
        ...this.#shared.counts,
        deadLettersBy: Object.fromEntries(this.#shared.counts.deadLettersBy),
      },
    };
  }

  /** Why it does not do its work; undefined when it does. */
  #reason(): string | undefined {
    if (this.#state === 'closed' || this.#state === 'failed') return `The consumer is ${this.#state}.`;
    const silentMs = ageMs(this.#answeredAt);
    if (silentMs > PATIENCE_MS) {
      const since = inSeconds(silentMs);
      return this.#state === 'joining'
        ? `Group ${this.#parts.options.group} has not taken it in for ${since}: Kafka does not answer, or other members have work in hand.`
        : `Kafka has not answered for ${since}.`;
    }
    const reading = this.#run?.trouble;
    if (reading && reading.forMs > PATIENCE_MS)
      return `Nothing could be read for ${inSeconds(reading.forMs)}: ${reading.reason}`;
    for (const { topic, partition, trouble } of this.#run?.lanes ?? []) {
      if (trouble && trouble.forMs > PATIENCE_MS)
        return `${topic}/${partition} has been waiting for ${inSeconds(trouble.forMs)}: ${trouble.reason}`;
    }
    if (performance.now() - this.#tickAt > STALL_MS) return 'The reading loop has stalled.';
    if (this.#busyMs() > LONGEST_BATCH_MS)
      return `A batch has been in hand for ${inSeconds(this.#busyMs())}.`;
    return undefined;
  }

  #busyMs(): number {
    const lanes = this.#run?.lanes ?? [];
    return Math.round(lanes.reduce((most, lane) => Math.max(most, lane.busyMs), 0));
  }

  pause(): void {
    this.#paused = true;
    this.#run?.setPaused(true);
  }

  resume(): void {
    this.#paused = false;
    this.#run?.setPaused(false);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#ended;
  }

  async #loop(): Promise<void> {
    const { options, logger } = this.#parts;
    try {
      while (!this.#closing.signal.aborted) {
        this.#state = 'joining';
        const generation = await this.#join();
        if (!generation) break;
        this.#tick();
        this.#answeredAt = moment();
        const partitions = generation.partitions.map(({ topic, partition }) => `${topic}/${partition}`);
        logger.info({ group: options.group, generation: generation.id, partitions }, 'joined the group');
        this.#run = new GenerationRun(generation, this.#parts, this.#shared);
        await this.#run.run(this.#paused);
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
    const joining = this.#shared.member.join(this.#closing.signal);
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
    await Promise.race([this.#shared.member.leave(), tooLong]);
    limit.abort();
    this.#parts.connection.close();
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
      throw error instanceof Error
        ? error
        : new DriftloopError('KAFKA_UNAVAILABLE', String(error), { retriable: false });
    });
  }
}
