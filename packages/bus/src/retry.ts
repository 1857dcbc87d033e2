import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';

/** How long and how often to try again. */
export interface RetryOptions {
  readonly logger: Logger;
  /** Ends the attempts: the last error is thrown. */
  readonly signal?: AbortSignal;
  /** Longest time over all attempts. @default without end */
  readonly deadlineMs?: number;
  /** Called before each new attempt. */
  readonly onRetry?: (error: unknown) => void;
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2_000;

/**
 * Runs something until it does not fail with a retriable error, with exponential back-off and
 * jitter. The first failure is logged as a warning, then one in ten.
 */
export async function retry<T>(doing: string, run: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { logger, signal, deadlineMs = Number.POSITIVE_INFINITY, onRetry } = options;
  const started = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const overdue = performance.now() - started > deadlineMs;
      if (!isRetriable(error) || signal?.aborted || overdue) throw error;
      if (attempt % 10 === 0) logger.warn({ err: error, attempt: attempt + 1 }, `${doing}: trying again`);
      onRetry?.(error);
      await pause(attempt, signal);
    }
  }
}

/** Waits before attempt number `attempt` + 1, counted from 0. An abort ends the wait. */
export async function pause(attempt: number, signal?: AbortSignal): Promise<void> {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
  const jittered = delay * (0.5 + Math.random() / 2);
  await sleep(jittered, undefined, signal ? { signal } : {}).catch(() => undefined);
}
