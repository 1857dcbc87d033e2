import type { Bus } from '@driftloop/bus';
import type { Clock } from '@driftloop/service';

/** How far the requests have come in the log's time. */
export interface RequestClock {
  /** Resolves once every request has come whose Kafka timestamp lies before `time`, epoch ms. */
  reached(time: number): Promise<void>;
}

const POLL_MS = 250;
/** How far clocks may differ, ms. */
const SKEW_MS = 1_000;
/**
 * How long a partition must have stood still before the wall clock counts for it, ms: its
 * timestamps may be of another time.
 */
const STILL_MS = 5_000;

/** Watches inference.requests while someone waits. */
export function createRequestClock(bus: Pick<Bus, 'offsets' | 'offsetsAt'>, clock: Clock): RequestClock {
  return {
    async reached(time) {
      /** Where each partition ended, and since when. */
      const ends = new Map<number, { readonly high: number; readonly since: number }>();
      for (;;) {
        const now = clock.now();
        // Ends first: what comes in between must not look like a later request.
        const offsets = await bus.offsets('inference.requests');
        const at = await bus.offsetsAt('inference.requests', time);
        const isReached = offsets.map(({ partition, high }) => {
          const known = ends.get(partition);
          const still = known?.high === high ? known : { high, since: now };
          ends.set(partition, still);
          const hasLater = (at.find((entry) => entry.partition === partition)?.offset ?? high) < high;
          return hasLater || (now - SKEW_MS >= time && now - still.since >= STILL_MS);
        });
        if (isReached.every(Boolean)) return;
        await clock.sleep(POLL_MS);
      }
    },
  };
}
