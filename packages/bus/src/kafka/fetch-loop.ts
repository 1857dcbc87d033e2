import { isRetriable } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import { type FetchedPartition, fetchCall } from '../protocol/fetch.ts';
import { pause } from '../retry.ts';
import type { Connection } from './connection.ts';
import { errorType, isRetriableType, kafkaCodeError } from './kafka-error.ts';

/** One partition that is being read. */
export interface FetchTarget {
  /** Name on Kafka, with prefix. */
  readonly topic: string;
  readonly partition: number;
  /** The topic's id when reading began; undefined where brokers tell none. */
  readonly topicId: string | undefined;
  /** Where to read on, or undefined while it has enough. */
  wanted(): number | undefined;
  /** What came for `offset`; it may be empty. */
  accept(fetched: FetchedPartition, offset: number): void;
  /** The offset is not there: older than what is kept, or beyond the end. */
  outOfRange(offset: number): Promise<void>;
  /** The topic was deleted and made anew: what lies at an offset is another record now. */
  madeAnew(topicId: string | undefined): Promise<void>;
}

/** What a FetchLoop works with. */
export interface FetchLoopOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  /** May grow. */
  readonly targets: readonly FetchTarget[];
  /** How long a broker may wait for a record. */
  readonly maxWaitMs: number;
  /**
   * Least time between the starts of two fetches from a broker: what comes meanwhile is fetched
   * together.
   */
  readonly paceMs: number;
  /** A sign of life. */
  readonly onTick: () => void;
  /** A broker has answered a fetch. */
  readonly onAnswer?: () => void;
  /** An error that trying again does not cure. The loop has ended. */
  readonly onError: (error: unknown) => void;
}

const MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
/** Waiting for the others must not keep a partition waiting that has room again. */
const SHORT_WAIT_MS = 10;
const TICK_MS = 1_000;
const TOPIC_ERRORS = new Set(['UNKNOWN_TOPIC_ID', 'INCONSISTENT_TOPIC_ID', 'UNKNOWN_TOPIC_OR_PARTITION']);

/** Fetches for some partitions, one request per leader at a time, until it is stopped. */
export class FetchLoop {
  readonly #options: FetchLoopOptions;
  readonly #inFlight = new Set<number>();
  /** When the last fetch from a broker began. */
  readonly #begunAt = new Map<number, number>();
  readonly #early = new Map<number, NodeJS.Timeout>();
  #wake: () => void = () => undefined;
  #round = 0;
  #failures = 0;
  #failing: { readonly since: number; readonly reason: string } | undefined;
  #stopped = false;

  constructor(options: FetchLoopOptions) {
    this.#options = options;
  }

  /** Runs until `stop`. Never rejects: `onError` is told. */
  async run(): Promise<void> {
    const { onError, onTick } = this.#options;
    try {
      while (!this.#stopped) {
        onTick();
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await this.#launch();
        const tick = setTimeout(this.#wake, TICK_MS);
        await woken;
        clearTimeout(tick);
      }
    } catch (error) {
      this.stop();
      onError(error);
    }
  }

  /** Why nothing can be read, and since when; undefined while all goes well. */
  get trouble(): { readonly reason: string; readonly forMs: number } | undefined {
    const failing = this.#failing;
    return failing && { reason: failing.reason, forMs: Math.round(performance.now() - failing.since) };
  }

  /** A target may want more now. */
  wake(): void {
    this.#wake();
  }

  /** Asks for nothing more and gives out nothing more; does not wait for what is on its way. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#early.values()) clearTimeout(timer);
    this.#wake();
  }

  async #launch(): Promise<void> {
    const { connection, targets } = this.#options;
    const byLeader = new Map<number, { target: FetchTarget; offset: number }[]>();
    const waiting = new Set<number>();
    let leaderless = false;
    this.#round++;
    try {
      for (let i = 0; i < targets.length; i++) {
        // The broker fills the response in order, so each partition is first in turn.
        const target = targets[(i + this.#round) % targets.length]!;
        const leader = (await connection.leaders(target.topic)).get(target.partition) ?? -1;
        const offset = target.wanted();
        if (offset === undefined) waiting.add(leader);
        else if (leader < 0) leaderless = true;
        else byLeader.set(leader, [...(byLeader.get(leader) ?? []), { target, offset }]);
      }
      if (leaderless) await connection.refresh();
    } catch (error) {
      await this.#recover(error);
      return;
    }
    for (const [nodeId, wanted] of byLeader) {
      if (this.#stopped || this.#inFlight.has(nodeId) || this.#isEarly(nodeId)) continue;
      this.#inFlight.add(nodeId);
      this.#fetch(nodeId, wanted, waiting.has(nodeId))
        .catch((error) => this.#recover(error))
        .catch((error) => {
          this.stop();
          this.#options.onError(error);
        })
        .finally(() => {
          this.#inFlight.delete(nodeId);
          this.#wake();
        });
    }
  }

  /**
   * Whether the last fetch from a broker began too short a time ago; the loop then wakes when it is
   * time.
   */
  #isEarly(nodeId: number): boolean {
    const begunAt = this.#begunAt.get(nodeId);
    const early = begunAt === undefined ? 0 : begunAt + this.#options.paceMs - performance.now();
    if (early <= 0) return false;
    clearTimeout(this.#early.get(nodeId));
    this.#early.set(
      nodeId,
      setTimeout(() => this.#wake(), early),
    );
    return true;
  }

  async #fetch(
    nodeId: number,
    wanted: readonly { target: FetchTarget; offset: number }[],
    othersWait: boolean,
  ): Promise<void> {
    const { connection, maxWaitMs } = this.#options;
    this.#begunAt.set(nodeId, performance.now());
    const positions = wanted.map(({ target: { topic, topicId, partition }, offset }) => ({
      topic,
      topicId,
      partition,
      offset,
    }));
    const waitMs = othersWait ? Math.min(SHORT_WAIT_MS, maxWaitMs) : maxWaitMs;
    const fetched = await connection.call(nodeId, fetchCall(positions, waitMs, MAX_RESPONSE_BYTES));
    if (this.#stopped) return;
    this.#failures = 0;
    if (fetched.every(({ errorCode }) => errorCode === 0)) this.#failing = undefined;
    this.#options.onAnswer?.();
    for (const response of fetched) {
      const { topic, partition, errorCode } = response;
      const match = wanted.find(({ target }) => target.topic === topic && target.partition === partition);
      if (!match) continue;
      const type = errorType(errorCode);
      if (errorCode === 0) match.target.accept(response, match.offset);
      else if (type === 'OFFSET_OUT_OF_RANGE') await match.target.outOfRange(match.offset);
      else if (TOPIC_ERRORS.has(type)) await this.#identify(match.target, errorCode);
      else if (isRetriableType(type))
        await this.#recover(kafkaCodeError(`Cannot read ${topic}/${partition}`, errorCode));
      else throw kafkaCodeError(`Cannot read ${topic}/${partition}`, errorCode);
    }
  }

  /** The broker does not know the topic, or not by this id: it may have another one by now. */
  async #identify(target: FetchTarget, errorCode: number): Promise<void> {
    const { connection } = this.#options;
    const { topicId } = await connection.describe(target.topic);
    if (this.#stopped) return;
    if (target.topicId !== undefined && topicId !== target.topicId) await target.madeAnew(topicId);
    else await this.#recover(kafkaCodeError(`Cannot read ${target.topic}/${target.partition}`, errorCode));
  }

  /** Goes on after a failure that passes, with fresh connections; throws any other. */
  async #recover(error: unknown): Promise<void> {
    if (this.#stopped) return;
    if (!isRetriable(error)) throw error;
    const { connection, logger } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    this.#failing = { since: this.#failing?.since ?? performance.now(), reason };
    if (this.#failures % 10 === 0) logger.warn({ err: error }, 'reading: trying again');
    await pause(this.#failures++);
    if (!this.#stopped) connection.reset();
  }
}
