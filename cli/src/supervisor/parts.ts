import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError, isRetriable } from '@driftloop/errors';
import {
  identityOf,
  isSameProcess,
  type LocalPart,
  logReason,
  logSize,
  type Movement,
  watchMovement,
} from '@driftloop/local';
import type { End } from './restart-policy.ts';

const POLL_MS = 1_000;
/** As long as a part may stand still while it is asked for something. */
const STALL_MS = 60_000;

/** Resolves when a part that runs has ended. */
export async function partEnd({ pid, log }: LocalPart): Promise<End> {
  const identity = pid === undefined ? undefined : identityOf(pid);
  const from = log === undefined ? 0 : logSize(log);
  const since = performance.now();
  while (identity !== undefined && isSameProcess(identity)) await sleep(POLL_MS);
  const why = log === undefined ? '' : logReason(log, from);
  return {
    at: Date.now(),
    reason: why === '' ? 'ended' : `ended: ${why}`,
    readyForMs: performance.now() - since,
    mayRecover: true,
  };
}

/**
 * Does something that the parts must answer, again for as long as one of them moves: what fails
 * beside other work may only need time.
 *
 * @param onRetry told why it is tried again
 */
export async function whileTheyMove(
  parts: readonly LocalPart[],
  action: () => Promise<void>,
  onRetry: (reason: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const movements = parts.flatMap(({ pid, log }): Movement[] =>
    pid === undefined || log === undefined ? [] : [watchMovement(pid, log)],
  );
  for (;;) {
    try {
      await action();
      return;
    } catch (error) {
      const moves = movements.some((movement) => movement.stalledMs() < STALL_MS);
      if (!moves || signal.aborted || !isRetriable(error)) throw error;
      onRetry(error instanceof DriftloopError ? `${error.code}: ${error.message}` : String(error));
      await sleep(POLL_MS);
    }
  }
}
