import type { Bus } from '@driftloop/bus';
import { createServingProgress, type Progress } from '@driftloop/drift-stages';
import type { Clock } from '@driftloop/service';
import type { RecentAnswers } from './recent-answers.ts';

/** How far requests have been answered, in the log's time. */
export interface AnsweredClock {
  /**
   * Whether it is known that every request whose Kafka timestamp is `time` (epoch ms) or earlier
   * has come and been answered or refused, and that its answer is among the recent ones or older.
   */
  has(time: number): boolean;
  /**
   * Resolves once that is so, or once `isEnough` says yes, which is asked every few milliseconds.
   */
  reached(time: number, isEnough?: () => boolean): Promise<void>;
}

/** How often answers that come are looked at, and Kafka is asked. */
const GLANCE_MS = 20;
const LOOK_MS = 100;
/** How far clocks may differ, ms. */
const SKEW_MS = 1_000;
/**
 * How long a partition must have stood still before the wall clock counts for it, ms, where the
 * time that is asked for is further back than that: its timestamps may be of another time.
 */
const STILL_MS = 5_000;

/** Watches requests and answers while someone waits. */
export function createAnsweredClock(
  bus: Pick<Bus, 'offsets' | 'offsetsAt' | 'groupOffsets' | 'tail'>,
  recent: Pick<RecentAnswers, 'newest' | 'hasPassed'>,
  clock: Clock,
): AnsweredClock {
  const progress = createServingProgress(bus);
  /** Where each partition ended, and since when. */
  const ends = new Map<number, { readonly high: number; readonly since: number }>();
  let through = Number.NEGATIVE_INFINITY;

  const has = (time: number) => {
    // Requests of a partition are answered in their order.
    if (time > through && ends.size > 0) {
      let oldest = Number.POSITIVE_INFINITY;
      for (const partition of ends.keys())
        oldest = Math.min(oldest, recent.newest().get(partition)?.time ?? Number.NEGATIVE_INFINITY);
      through = Math.max(through, oldest - 1);
    }
    return time <= through;
  };
  /** Whether nothing more will come up to a time. */
  const isComplete = (partition: number, high: number, hasLater: boolean, time: number, now: number) => {
    const known = ends.get(partition);
    const { since } = known?.high === high ? known : { since: now };
    ends.set(partition, { high, since });
    const isStill = now - since >= STILL_MS || now - time <= STILL_MS;
    return hasLater || (now - SKEW_MS >= time && isStill);
  };
  const isAnswered = (partition: number, { low, passed }: Progress, end: number) =>
    end <= Math.max(low, passed, (recent.newest().get(partition)?.offset ?? -1) + 1);

  const look = async (time: number): Promise<boolean> => {
    const now = clock.now();
    // Ends first: what comes in between must not look like a later request.
    const requests = await progress.look();
    const later = new Map(
      (await bus.offsetsAt('inference.requests', time + 1)).map(({ partition, offset }) => [
        partition,
        offset,
      ]),
    );
    const isThere = [...requests].map(([partition, own]) => {
      const end = Math.min(own.high, later.get(partition) ?? own.high);
      const complete = isComplete(partition, own.high, end < own.high, time, now);
      return complete && isAnswered(partition, own, end);
    });
    if (!isThere.every(Boolean)) return false;
    const answers = await bus.offsets('inference.predictions');
    while (!recent.hasPassed(answers)) await clock.sleep(GLANCE_MS);
    through = Math.max(through, time);
    return true;
  };

  return {
    has,
    async reached(time, isEnough = () => false) {
      let lookAt = clock.monotonicMs();
      while (!has(time) && !isEnough()) {
        if (clock.monotonicMs() >= lookAt) {
          if (await look(time)) return;
          lookAt = clock.monotonicMs() + LOOK_MS;
        }
        await clock.sleep(GLANCE_MS);
      }
    },
  };
}
