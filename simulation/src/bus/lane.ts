import type {
  BatchOutcome,
  BusRecord,
  ConsumeOptions,
  RefusedAt,
  Semaphore,
  StartPosition,
} from '@driftloop/bus';
import { isRetriable } from '@driftloop/errors';
import type { TopicName } from '@driftloop/schemas';
import type { Instance } from '../instance/instance.ts';
import type { Entry } from '../time/virtual-time.ts';
import type { Broker } from './broker.ts';

/** What a lane works with. */
export interface LaneParts<T extends TopicName> {
  readonly instance: Instance;
  readonly broker: Broker;
  readonly options: ConsumeOptions<T>;
  readonly topic: T;
  readonly partition: number;
  /** The group's commit, or where it begins without one. */
  readonly committed: number;
  readonly semaphore: Semaphore;
  isStale(): boolean;
  commit(offset: number): void;
  writeDeadLetters(records: readonly BusRecord<T>[], letters: readonly RefusedAt[]): Promise<void>;
  /** Until when the partition cannot be read, milliseconds of virtual time. */
  blockedUntilMs(): number;
  nowMs(): number;
}

const MOST_RECORDS = 500;
const LONGEST_WAIT_MS = 30_000;
/** The broker answers a fetch after this at the latest, with nothing if nothing has come. */
const FETCH_WAIT_MS = 500;
/** How long an instance that goes on has heard nothing new. */
const DEAF_MS = 20;
/**
 * An idle partition is looked at ever more seldom, so that quiet hours pass fast: so many times the
 * interval at most.
 */
const MOST_IDLE_FACTOR = 120;
const IDLE_GROWTH = 1.6;

/** One partition during one generation: batches are handled strictly in order. */
export class Lane<T extends TopicName> {
  readonly #parts: LaneParts<T>;
  #position: number;
  /** Everything below is done, whether or not the group has been told yet. */
  #committed: number;
  #troubles = 0;
  #ended: 'no' | 'in order' | 'at once' = 'no';
  #wake: () => void = () => undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #idles = 0;

  constructor(parts: LaneParts<T>) {
    this.#parts = parts;
    this.#position = parts.committed;
    this.#committed = parts.committed;
  }

  get lag(): number {
    const { broker, topic, partition } = this.#parts;
    return Math.max(0, broker.high(topic, partition) - this.#position);
  }

  /** The partition has grown, or can be read again. */
  wake(): void {
    this.#wake();
  }

  stop(inOrder: boolean): void {
    this.#ended = inOrder ? 'in order' : 'at once';
    this.#wake();
  }

  async run(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      if (!this.#isOver() || !isRetriable(error)) throw error;
    }
  }

  async #run(): Promise<void> {
    const { options, topic, partition, instance, broker, isStale } = this.#parts;
    let isWell = false;
    while (!this.#isOver()) {
      try {
        const start = await options.onAssigned?.(topic, partition, this.#committed, topic);
        this.#position = positionOf(start, this.#committed);
        const isSkipped = typeof start === 'number' && this.#position > this.#committed;
        if (isSkipped && this.#position <= broker.high(topic, partition)) this.#commit(this.#position);
        isWell = true;
        await this.#read();
      } catch (error) {
        if (this.#isOver() || !isRetriable(error)) throw error;
        // What passes by itself holds this partition up: it begins again at its newest commit.
        isWell = false;
        const waitMs = Math.min(LONGEST_WAIT_MS, 100 * 2 ** this.#troubles++);
        await this.#woken(waitMs * (0.5 + instance.random.uniform() / 2));
      }
    }
    if (isWell && this.#ended === 'in order' && !isStale()) {
      await this.#conclude([], await options.onRelease?.(topic, partition, { isStale }));
    }
  }

  async #read(): Promise<void> {
    const { options, topic, partition, isStale } = this.#parts;
    while (!this.#isOver()) {
      const batch = await this.#fetch();
      if (this.#isOver()) return;
      if (batch.length > 0) {
        this.#idles = 0;
        await this.#inHand(() => this.#handle(batch));
      } else if (await this.#idleOrWoken()) {
        this.#idles++;
        await this.#inHand(async () =>
          this.#conclude([], await options.onIdle?.(topic, partition, { ageMs: this.#endAgeMs(), isStale })),
        );
      } else continue;
      this.#troubles = 0;
    }
  }

  #isOver(): boolean {
    return this.#ended !== 'no';
  }

  /** What lies on the partition, or nothing: at once where nothing does. */
  async #fetch(): Promise<BusRecord<T>[]> {
    const { instance, broker, options, topic, partition, nowMs, blockedUntilMs } = this.#parts;
    if (broker.high(topic, partition) <= this.#position) return [];
    const readableAt = () => Math.max(this.#fetchedAt + (options.paceMs ?? 0), blockedUntilMs());
    while (readableAt() > nowMs()) {
      await this.#woken(readableAt() - nowMs());
      if (this.#isOver()) return [];
    }
    return instance.ask(() => {
      this.#fetchedAt = nowMs();
      const draw = instance.random.uniform();
      const most = draw < 0.7 ? MOST_RECORDS : 1 + Math.floor(draw * draw * 40);
      return broker.records(topic, partition).slice(this.#position, this.#position + most);
    });
  }

  /** @returns true when it is time for `onIdle` */
  async #idleOrWoken(): Promise<boolean> {
    const { options, broker, topic, partition } = this.#parts;
    const factor = Math.min(MOST_IDLE_FACTOR, Math.max(1, Math.floor(IDLE_GROWTH ** (this.#idles - 2))));
    const idleMs = options.onIdle ? (options.idleMs ?? 1_000) * factor : undefined;
    if ((await this.#woken(idleMs)) === 'woken') return false;
    return (this.#isDeaf() || broker.high(topic, partition) <= this.#position) && !this.#isOver();
  }

  /** Whether nothing has been heard from the broker since the instance stood still. */
  #isDeaf(): boolean {
    const { instance, nowMs } = this.#parts;
    return nowMs() - instance.resumedMs < DEAF_MS;
  }

  /** How long ago the broker said that nothing more is there. */
  #endAgeMs(): number {
    const { instance, nowMs } = this.#parts;
    return this.#isDeaf() ? nowMs() - instance.pausedMs : FETCH_WAIT_MS * instance.random.uniform();
  }

  #woken(ms: number | undefined): Promise<'woken' | 'in time'> {
    const { instance } = this.#parts;
    return new Promise((resolve) => {
      let timer: Entry | undefined;
      this.#wake = () => {
        instance.cancel(timer);
        this.#wake = () => undefined;
        resolve('woken');
      };
      if (ms !== undefined) {
        timer = instance.after(ms, () => {
          this.#wake = () => undefined;
          resolve('in time');
        });
      }
    });
  }

  async #inHand(work: () => Promise<void>): Promise<void> {
    const { semaphore } = this.#parts;
    await semaphore.acquire();
    try {
      if (!this.#isOver()) await work();
    } finally {
      semaphore.release();
    }
  }

  async #handle(records: BusRecord<T>[]): Promise<void> {
    const { options, topic, partition, broker, isStale } = this.#parts;
    const firstOffset = this.#position;
    const lastOffset = firstOffset + records.length - 1;
    const highWatermark = broker.high(topic, partition);
    const batch = {
      topic,
      partition,
      records,
      firstOffset,
      lastOffset,
      highWatermark,
      isStale,
      isEnding: () => this.#isOver(),
    };
    await this.#conclude(records, await options.onBatch(batch));
    this.#position = lastOffset + 1;
  }

  async #conclude(records: readonly BusRecord<T>[], outcome: BatchOutcome | undefined): Promise<void> {
    const { isStale, writeDeadLetters } = this.#parts;
    if (!outcome || isStale()) return;
    if (outcome.deadLetters?.length) await writeDeadLetters(records, outcome.deadLetters);
    await outcome.write?.();
    if (outcome.commit === undefined) return;
    this.#commit(outcome.commit);
  }

  #commit(offset: number): void {
    this.#committed = offset;
    this.#parts.commit(offset);
  }
}

function positionOf(start: StartPosition, committed: number): number {
  return typeof start === 'number' ? Math.max(start, committed) : (start?.seek ?? committed);
}
