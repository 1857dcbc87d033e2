import type { Logger } from '@driftloop/service';
import { retry } from '../retry.ts';
import type { CommittedOffset, Generation, GroupMember } from './group-member.ts';

/** What a Committer works with. */
export interface CommitterOptions {
  readonly member: GroupMember;
  readonly generation: Generation;
  readonly logger: Logger;
  /** Least time between two commits. */
  readonly intervalMs: number;
  /** Ends the attempts to commit when the generation has ended. */
  readonly signal: AbortSignal;
  /** The broker says that the generation is over. */
  readonly onOver: (how: 'rebalancing' | 'lost') => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Commits the newest offsets of one generation: at once when it has been quiet, otherwise together,
 * so that many small batches do not make as many commits. A commit that is late costs nothing but
 * work done again.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #pending = new Map<string, CommittedOffset>();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Takes note that everything below an offset is done. */
  add(offset: CommittedOffset): void {
    this.#pending.set(`${offset.topic}/${offset.partition}`, offset);
    if (this.#running || this.#timer) return;
    const wait = this.#nextAt - performance.now();
    if (wait <= 0) this.#start();
    else this.#timer = setTimeout(() => this.#start(), wait);
  }

  /**
   * Commits what is noted now. Resolves also when the generation is over and nothing could be
   * committed.
   */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#running || this.#pending.size > 0) {
      if (!this.#running) this.#start();
      await this.#running;
    }
  }

  #start(): void {
    this.#timer = undefined;
    this.#running = this.#commit().finally(() => {
      this.#running = undefined;
      this.#nextAt = performance.now() + this.#options.intervalMs;
      if (this.#pending.size > 0 && !this.#timer) {
        this.#timer = setTimeout(() => this.#start(), this.#options.intervalMs);
      }
    });
  }

  async #commit(): Promise<void> {
    const { member, generation, logger, signal, onOver, onError } = this.#options;
    const offsets = [...this.#pending.values()];
    this.#pending.clear();
    if (offsets.length === 0 || signal.aborted) return;
    try {
      const result = await retry('committing', () => member.commit(generation, offsets), { logger, signal });
      if (result === 'ok') return;
      logger.info({ result, offsets }, 'a commit came too late: the group has moved on');
      onOver(result);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  }
}
