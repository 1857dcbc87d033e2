import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import type { Generation, GroupMember } from './group-member.ts';

/** What the heartbeats of one generation need. */
export interface HeartbeatOptions {
  readonly member: GroupMember;
  readonly generation: Generation;
  readonly logger: Logger;
  readonly sessionTimeoutMs: number;
  /** Ends them. */
  readonly finished: AbortSignal;
  /** The group has answered. */
  readonly onAnswer: () => void;
  /** The generation is over; said again with each heartbeat until `finished`. */
  readonly onOver: (how: 'rebalancing' | 'lost') => void;
  readonly onError: (error: unknown) => void;
  /** Drops connections that may be broken. */
  readonly reset: () => void;
}

const HEARTBEAT_MS = 1_000;

/**
 * Sends heartbeats until the generation's work has finished, also while it is being given up: the group waits for
 * what is in hand as long as it hears of it.
 */
export async function sendHeartbeats(options: HeartbeatOptions): Promise<void> {
  const { member, generation, logger, sessionTimeoutMs, finished, onAnswer, onOver, onError, reset } =
    options;
  let heardAt = performance.now();
  while (!finished.aborted) {
    await sleep(HEARTBEAT_MS, undefined, { signal: finished }).catch(() => undefined);
    if (finished.aborted) return;
    try {
      const answer = await member.heartbeat(generation);
      heardAt = performance.now();
      onAnswer();
      if (answer !== 'ok') onOver(answer);
      if (answer === 'lost') return;
    } catch (error) {
      if (finished.aborted) return;
      if (!isRetriable(error)) {
        onError(error);
        return;
      }
      logger.warn({ err: error }, 'heartbeat failed: trying again');
      reset();
      // Silent for this long, the group has given the partitions to someone else.
      if (performance.now() - heardAt > sessionTimeoutMs) {
        onOver('lost');
        return;
      }
    }
  }
}
