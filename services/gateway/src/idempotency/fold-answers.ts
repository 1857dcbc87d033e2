import type { CommandAnswer } from '@driftloop/schemas';

/** A key holds for so long, ms. */
const KEPT_MS = 24 * 3_600_000;

/** What the records of access.answers add up to. */
export interface FoldedAnswers {
  /** What is known of a call; undefined for nothing, or nothing any more. */
  find(callId: string, now: number): CommandAnswer | undefined;
  /** Takes the next record. */
  fold(record: CommandAnswer): void;
}

/** Nothing is known yet. */
export function createFoldedAnswers(): FoldedAnswers {
  const known = new Map<string, CommandAnswer>();
  return {
    find(callId, now) {
      const found = known.get(callId);
      return found !== undefined && now - found.at < KEPT_MS ? found : undefined;
    },
    fold(record) {
      const before = known.get(record.callId);
      const isOver = before === undefined || record.at - before.at >= KEPT_MS;
      // The first who claims a call carries it out, and only they say how it went.
      if (!isOver && before.claimId !== record.claimId) return;
      known.delete(record.callId);
      if (record.state !== 'released') known.set(record.callId, record);
      // In the order of the log, so the oldest come first.
      for (const [callId, { at }] of known) {
        if (record.at - at < KEPT_MS) break;
        known.delete(callId);
      }
    },
  };
}
