import type { Clock } from '@driftloop/service';
import type { Random } from '@driftloop/stats';
import { EPOCH_MS } from '../time/epoch.ts';
import type { Entry, Owner, VirtualTime } from '../time/virtual-time.ts';

/** What becomes of messages whose sender dies: all arrive, none does, or each as it happens. */
export type InFlight = 'arrive' | 'lost' | 'torn';

/** What an instance lives in. */
export interface InstanceParts {
  /** Name that all lives of an instance share, for example `ensemble/1`. */
  readonly name: string;
  readonly time: VirtualTime;
  /** How long things take for this instance. */
  readonly random: Random;
  /**
   * Called before each answer that the instance gets, with how many it has had; false when it does
   * not live to see it.
   */
  readonly onAnswer: (instance: Instance, count: number) => boolean;
}

/**
 * One life of a service's process: runs, is paused, or is dead. All that it waits for goes through
 * here: what comes after its death is lost, what comes while it is paused happens when it goes on.
 */
export class Instance implements Owner {
  readonly name: string;
  readonly random: Random;
  readonly clock: Clock;
  readonly #time: VirtualTime;
  readonly #onAnswer: InstanceParts['onAnswer'];
  #state: 'running' | 'paused' | 'dead' = 'running';
  #kept: (() => void)[] = [];
  readonly #deathbed: (() => void)[] = [];
  #answers = 0;
  readonly #ended = new Set<string>();
  #inFlight: InFlight = 'arrive';
  /** When it last stood still and went on, milliseconds of virtual time. */
  pausedMs = Number.NEGATIVE_INFINITY;
  resumedMs = Number.NEGATIVE_INFINITY;
  /** Added to every latency, milliseconds. */
  extraMs = 0;

  constructor({ name, time, random, onAnswer }: InstanceParts) {
    this.name = name;
    this.random = random;
    this.#time = time;
    this.#onAnswer = onAnswer;
    this.clock = {
      now: () => EPOCH_MS + Math.floor(time.nowMs),
      monotonicMs: () => time.nowMs,
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
  }

  get state(): 'running' | 'paused' | 'dead' {
    return this.#state;
  }

  admits(run: () => void): boolean {
    if (this.#state === 'running') return true;
    if (this.#state === 'paused') this.#kept.push(run);
    return false;
  }

  /** Something that the instance does of itself, after a time. */
  after(ms: number, run: () => void): Entry {
    return this.#time.after(ms, this, run);
  }

  /** Takes back what was asked for by `after`. */
  cancel(entry: Entry | undefined): void {
    this.#time.cancel(entry);
  }

  /** How long a message takes: mostly milliseconds, sometimes a good deal longer. */
  latencyMs(): number {
    const draw = this.random.uniform();
    const base =
      draw < 0.9
        ? 0.2 + 4 * this.random.uniform()
        : draw < 0.995
          ? 40 * this.random.uniform()
          : 900 * this.random.uniform();
    return base + this.extraMs;
  }

  /**
   * Asks something of the world: `look` is called when the answer is made, and the promise resolves
   * when it has come.
   */
  ask<T>(look: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.after(this.latencyMs(), () => {
        this.answered(() => {
          try {
            resolve(look());
          } catch (error) {
            reject(error);
          }
        });
      });
    });
  }

  /**
   * Sends a message that arrives after `ms`, whatever becomes of the sender; unless it died on the
   * way and took the message with it.
   *
   * @param order messages of which none arrives once one before it was lost
   */
  send(ms: number, arrive: () => void, order?: string): void {
    this.#time.after(ms, undefined, () => {
      if (!this.#isLost(order)) arrive();
      else if (order !== undefined) this.#ended.add(order);
    });
  }

  #isLost(order: string | undefined): boolean {
    if (this.#state !== 'dead' || this.#inFlight === 'arrive') return false;
    if (this.#inFlight === 'lost' || (order !== undefined && this.#ended.has(order))) return true;
    return this.random.uniform() < 0.5;
  }

  /** Hands over an answer, unless the instance does not live to see it. */
  answered(run: () => void): void {
    if (this.#onAnswer(this, this.#answers++)) run();
  }

  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.pausedMs = this.#time.nowMs;
  }

  /** Goes on: what has come meanwhile happens now, in its order. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.resumedMs = this.#time.nowMs;
    for (const run of this.#kept.splice(0)) this.after(0, run);
  }

  /** @param inFlight what becomes of the messages that are on their way */
  kill(inFlight: InFlight): void {
    this.#state = 'dead';
    this.#inFlight = inFlight;
    this.#kept = [];
    for (const run of this.#deathbed.splice(0)) run();
  }

  /** Called when it dies, for what outlives it otherwise. */
  onDeath(run: () => void): void {
    this.#deathbed.push(run);
  }

  async #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        this.cancel(entry);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const entry = this.after(ms, end);
      signal?.addEventListener('abort', end);
    });
  }
}
