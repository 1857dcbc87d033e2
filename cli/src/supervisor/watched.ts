import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import { keepRunning } from './keep-running.ts';
import type { SupervisorMessage } from './messages.ts';
import type { FleetRecord } from './record.ts';
import type { End } from './restart-policy.ts';

/** Everything that a supervisor keeps running, by name. */
export interface Watched {
  /** Keeps something running from now on. */
  keep(name: string, log: string, run: (onReady: () => void) => Promise<End>): void;
  /**
   * Resolves when all that is kept is ready at the same time.
   *
   * @throws DriftloopError LOCAL_START_FAILED when each is ready or given up, and one is given up
   */
  settled(): Promise<void>;
  /** Whether anything is kept. */
  isEmpty(): boolean;
}

const POLL_MS = 100;

/** Makes an empty one. Ends are counted on `record`; `signal` ends the restarts, not what runs. */
export function createWatched(
  record: Pick<FleetRecord, 'ended'>,
  logger: Logger,
  tell: (message: SupervisorMessage) => void,
  signal: AbortSignal,
): Watched {
  const states = new Map<string, 'pending' | 'ready' | DriftloopError>();

  const ended = (name: string, end: End, givenUp: boolean) => {
    record.ended(name, end, givenUp);
    const { reason, readyForMs } = end;
    logger.warn({ part: name, reason, readyForMs: Math.round(readyForMs) }, givenUp ? 'given up' : 'ended');
  };

  return {
    keep(name, log, run) {
      states.set(name, 'pending');
      keepRunning({
        run,
        signal,
        onReady() {
          states.set(name, 'ready');
          logger.info({ part: name }, 'ready');
          tell({ type: 'ready', name });
        },
        onRestart(end, afterMs) {
          states.set(name, 'pending');
          ended(name, end, false);
          tell({ type: 'again', name, reason: end.reason, afterMs });
        },
        onGiveUp(end) {
          states.set(name, givenUp(name, end.reason, log));
          ended(name, end, true);
        },
      }).catch((error: unknown) => {
        logger.error({ part: name, err: error }, 'cannot be kept running');
        states.set(name, givenUp(name, String(error), log));
      });
    },
    async settled() {
      while ([...states.values()].includes('pending')) {
        if (signal.aborted) throw new DriftloopError('LOCAL_START_FAILED', 'The start was cancelled.');
        await sleep(POLL_MS);
      }
      const failure = [...states.values()].find((state) => state instanceof DriftloopError);
      if (failure !== undefined) throw failure;
    },
    isEmpty: () => states.size === 0,
  };
}

function givenUp(name: string, reason: string, log: string): DriftloopError {
  return new DriftloopError('LOCAL_START_FAILED', `${name} ${reason.replace(/\.$/, '')}. Its log is ${log}`);
}
