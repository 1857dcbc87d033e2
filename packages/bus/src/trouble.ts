import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@driftloop/service';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;

/**
 * What holds a partition up: an error that passes by itself, which is met again and again with
 * growing pauses.
 */
export class Trouble {
  readonly #logger: Logger;
  readonly #where: Readonly<Record<string, unknown>>;
  #met: { readonly since: number; reason: string; attempts: number } | undefined;

  /** @param where what to say in the log about the place */
  constructor(logger: Logger, where: Readonly<Record<string, unknown>>) {
    this.#logger = logger;
    this.#where = where;
  }

  /** What it is and since how long; undefined while all goes well. */
  get current(): { readonly reason: string; readonly forMs: number } | undefined {
    return this.#met && { reason: this.#met.reason, forMs: Math.round(performance.now() - this.#met.since) };
  }

  /** Takes note of an error, says so in the log, and waits. An abort ends the wait. */
  async wait(doing: string, error: unknown, signal: AbortSignal): Promise<void> {
    const met = this.note(error);
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(met.attempts++, 20));
    const waitMs = Math.round(delay * (0.5 + Math.random() / 2));
    this.#logger.warn(
      { err: error, ...this.#where, attempt: met.attempts, waitMs },
      `${doing}: trying again`,
    );
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }

  /** Takes note of an error that someone else waits for. */
  note(error: unknown): { attempts: number } {
    const reason = error instanceof Error ? error.message : String(error);
    this.#met ??= { since: performance.now(), reason, attempts: 0 };
    this.#met.reason = reason;
    return this.#met;
  }

  /** It has passed. */
  over(): void {
    if (this.#met && this.#met.attempts > 0) {
      this.#logger.info(
        { ...this.#where, attempts: this.#met.attempts, forMs: this.current?.forMs },
        'going on again',
      );
    }
    this.#met = undefined;
  }
}
