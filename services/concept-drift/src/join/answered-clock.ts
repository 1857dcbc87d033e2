import type { Bus } from '@driftloop/bus';
import { createServingProgress, type Progress, shareLook } from '@driftloop/drift-stages';
import { DriftloopError } from '@driftloop/errors';
import type { Clock } from '@driftloop/service';
import type { AnsweredRequest, RecentAnswers } from './recent-answers.ts';

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
/**
 * How often it is looked whether answers have come that are written, until Kafka is asked again.
 */
const MOST_GLANCES = 20;
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

/** How long what a look has shown holds: requests of another time may come then, or partitions. */
const FRESH_MS = 1_000;
const PARTITIONS_FRESH_MS = 10_000;

/** Watches requests and answers while someone waits. */
export function createAnsweredClock(
  bus: Pick<Bus, 'offsets' | 'offsetsAt' | 'groupOffsets' | 'tail'>,
  recent: Pick<RecentAnswers, 'newest' | 'hasPassed'>,
  clock: Clock,
): AnsweredClock {
  const sight = createSight(bus, clock);
  /** Where each partition ended, and since when. */
  const ends = new Map<number, { readonly high: number; readonly since: number }>();
  /** Of topics that were made anew, the request before that was answered last. */
  const past = new Map<number, AnsweredRequest | undefined>();
  let seenAt = Number.NEGATIVE_INFINITY;
  let seenThrough = Number.NEGATIVE_INFINITY;

  const has = (time: number) => {
    const age = clock.monotonicMs() - seenAt;
    if (age <= FRESH_MS && time <= seenThrough) return true;
    if (age > PARTITIONS_FRESH_MS || ends.size === 0) return false;
    // Requests of a partition are answered in their order.
    const newest = recent.newest();
    return [...ends.keys()].every(
      (partition) => (newest.get(partition)?.time ?? Number.NEGATIVE_INFINITY) > time,
    );
  };
  /** Whether nothing more will come up to a time. */
  const isComplete = (partition: number, high: number, hasLater: boolean, time: number, now: number) => {
    const known = ends.get(partition);
    // Made anew: what was answered was a request of the topic before.
    if (known && high < known.high) past.set(partition, recent.newest().get(partition));
    const { since } = known?.high === high ? known : { since: now };
    ends.set(partition, { high, since });
    const isStill = now - since >= STILL_MS || now - time <= STILL_MS;
    return hasLater || (now - SKEW_MS >= time && isStill);
  };

  /** What answers show, also where no inference service has ever said how far it has come. */
  const answeredTo = (partition: number) => {
    const newest = recent.newest().get(partition);
    return newest === undefined || newest === past.get(partition) ? 0 : newest.offset + 1;
  };

  /** @returns what is still waited for */
  const look = async (time: number): Promise<string | undefined> => {
    // Ends first: what comes in between must not look like a later request.
    const { now, requests, ahead } = await sight();
    const later = await offsetsAt(bus, time + 1);
    for (const partition of ends.keys()) if (!requests.has(partition)) ends.delete(partition);
    const awaited = [...requests].flatMap(([partition, { low, high, passed }]) => {
      const found = later.get(partition) ?? high;
      // A request from the future says nothing of those behind it.
      const hasLater = found < high && found !== ahead.get(partition);
      const end = hasLater ? found : high;
      const place = `partition ${partition} of inference.requests`;
      if (!isComplete(partition, high, hasLater, time, now))
        return `requests of ${place} from after ${new Date(time).toISOString()}`;
      return end <= Math.max(low, passed, answeredTo(partition))
        ? []
        : `inference, which has come to ${passed} of ${end} in ${place}`;
    });
    if (awaited[0] !== undefined) return awaited[0];
    const answers = await bus.offsets('inference.predictions');
    for (let glances = 0; !recent.hasPassed(answers); glances++) {
      if (glances >= MOST_GLANCES) return 'answers that are yet to be read';
      await clock.sleep(GLANCE_MS);
    }
    // As of now, however long Kafka took to answer: whoever waited for it is to find it.
    const shownAt = clock.monotonicMs();
    if (time >= seenThrough || shownAt - seenAt > FRESH_MS) [seenAt, seenThrough] = [shownAt, time];
    return undefined;
  };

  return {
    has,
    async reached(time, isEnding, isEnough = () => false) {
      const since = clock.monotonicMs();
      // While requests flow answers show it soon.
      let lookAt = since - seenAt > PARTITIONS_FRESH_MS ? since : since + LOOK_MS;
      while (!has(time) && !isEnough()) {
        const elapsed = clock.monotonicMs();
        if (elapsed >= lookAt) {
          const awaited = await look(time);
          if (awaited === undefined) return;
          if (elapsed - since > OVERDUE_MS)
            throw new DriftloopError('ANSWER_OVERDUE', `Labels wait for ${awaited}.`);
          // A partition without requests is passed by the wall clock, not before.
          const passedIn = Math.min(STILL_MS, time + SKEW_MS - clock.now());
          lookAt = clock.monotonicMs() + Math.max(LOOK_MS, passedIn);
        }
        if (isEnding()) throw new DriftloopError('PARTITION_LOST', GIVEN_UP);
        await clock.sleep(GLANCE_MS);
      }
    },
  };
}

/** What Kafka says of the requests. */
interface Seen {
  /** Wall clock before it was asked, epoch ms. */
  readonly now: number;
  readonly requests: ReadonlyMap<number, Progress>;
  /** By partition, the first request that lies ahead of the wall clock. */
  readonly ahead: ReadonlyMap<number, number>;
}

function createSight(bus: Pick<Bus, 'offsets' | 'offsetsAt' | 'groupOffsets' | 'tail'>, clock: Clock) {
  const progress = createServingProgress(bus);
  const see = async (): Promise<Seen> => {
    const now = clock.now();
    const requests = await progress.look();
    return { now, requests, ahead: await offsetsAt(bus, now + SKEW_MS + 1) };
  };
  // Less than the time between two looks: each of one who waits is a new one.
  return shareLook(see, LOOK_MS - 1, clock);
}

async function offsetsAt(bus: Pick<Bus, 'offsetsAt'>, time: number): Promise<ReadonlyMap<number, number>> {
  const found = await bus.offsetsAt('inference.requests', time);
  return new Map(found.map(({ partition, offset }) => [partition, offset]));
}
