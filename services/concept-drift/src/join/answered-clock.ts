import type { Bus } from '@driftloop/bus';
import { createServingProgress, type Progress } from '@driftloop/drift-stages';
import { DriftloopError } from '@driftloop/errors';
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
   *
   * @param isEnding whether to wait no more
   * @throws DriftloopError PARTITION_LOST when it says so; ANSWER_OVERDUE after half a minute,
   *   saying what is waited for: whoever tells of it is to begin again
   */
  reached(time: number, isEnding: () => boolean, isEnough?: () => boolean): Promise<void>;
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

/** After so long a wait is told of, ms. */
const OVERDUE_MS = 30_000;
const GIVEN_UP =
  'Labels were given up while they waited for answers: whoever has their partition next reads them again.';

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

  /** @returns what is still waited for */
  const look = async (time: number): Promise<string | undefined> => {
    const now = clock.now();
    // Ends first: what comes in between must not look like a later request.
    const requests = await progress.look();
    const later = new Map(
      (await bus.offsetsAt('inference.requests', time + 1)).map(({ partition, offset }) => [
        partition,
        offset,
      ]),
    );
    const awaited = [...requests].flatMap(([partition, own]) => {
      const end = Math.min(own.high, later.get(partition) ?? own.high);
      const place = `partition ${partition} of inference.requests`;
      if (!isComplete(partition, own.high, end < own.high, time, now))
        return `requests of ${place} from after ${new Date(time).toISOString()}`;
      return isAnswered(partition, own, end)
        ? []
        : `inference, which has come to ${own.passed} of ${end} in ${place}`;
    });
    if (awaited[0] !== undefined) return awaited[0];
    const answers = await bus.offsets('inference.predictions');
    while (!recent.hasPassed(answers)) await clock.sleep(GLANCE_MS);
    through = Math.max(through, time);
    return undefined;
  };

  return {
    has,
    async reached(time, isEnding, isEnough = () => false) {
      const since = clock.monotonicMs();
      let lookAt = since;
      while (!has(time) && !isEnough()) {
        const elapsed = clock.monotonicMs();
        if (elapsed >= lookAt) {
          const awaited = await look(time);
          if (awaited === undefined) return;
          if (elapsed - since > OVERDUE_MS)
            throw new DriftloopError('ANSWER_OVERDUE', `Labels wait for ${awaited}.`);
          lookAt = clock.monotonicMs() + LOOK_MS;
        }
        if (isEnding()) throw new DriftloopError('PARTITION_LOST', GIVEN_UP);
        await clock.sleep(GLANCE_MS);
      }
    },
  };
}
