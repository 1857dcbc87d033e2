import { setTimeout as sleep } from 'node:timers/promises';
import { isRetriable } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import type { Generation, GroupMember } from './group-member.ts';
import { type Lease, type Moment, moment } from './lease.ts';

/** What the heartbeats of one generation need. */
export interface HeartbeatOptions {
  readonly member: GroupMember;
  readonly generation: Generation;
  readonly logger: Logger;
  /** Renewed by every answer. */
  readonly lease: Lease;
  /** Ends them. */
  readonly finished: AbortSignal;
  /** The group has answered what was sent then. */
  readonly onAnswer: (sentAt: Moment) => void;
  /** The generation is over; said again with each heartbeat until `finished`. */
  readonly onOver: (how: 'rebalancing' | 'lost') => void;
  readonly onError: (error: unknown) => void;
  /** Drops connections that may be broken. */
  readonly reset: () => void;
}

const HEARTBEAT_MS = 1_000;

/**
 * Sends heartbeats until the generation's work has finished, also while it is being given up: the
 * group waits for what is in hand as long as it hears of it.
 */
export async function sendHeartbeats(options: HeartbeatOptions): Promise<void> {
  const { member, generation, logger, lease, finished, onAnswer, onOver, onError, reset } = options;
  while (!finished.aborted) {
    await sleep(HEARTBEAT_MS, undefined, { signal: finished }).catch(() => undefined);
    if (finished.aborted) return;
    // An expired lease is not renewed: whoever acted on it has been told that the partitions are
    // lost.
    if (lease.expired) {
      onOver('lost');
      return;
    }
    const sentAt = moment();
    try {
      const answer = await member.heartbeat(generation);
      if (answer !== 'lost' && !lease.expired) lease.renew(sentAt);
      onAnswer(sentAt);
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
    }
  }
}
