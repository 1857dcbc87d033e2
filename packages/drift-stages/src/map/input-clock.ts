/** How far the clocks of the broker and of this machine may differ, ms. */
const CLOCK_SKEW_MS = 1_000;
/** How long a record may be on its way from a producer that timed it, ms. */
const ON_ITS_WAY_MS = 2_000;
/** Timestamps no older than this when they are read, ms, are the present's. */
const PRESENT_MS = 60_000;
/** How long a topic without records is given to show what its timestamps are like, ms. */
const UNKNOWN_MS = 30_000;

/**
 * What log time a partition has reached that was read to its end, so that others need not wait for it. Where the broker sets the timestamps, or
 * producers set the present's, that is the wall clock with a margin: whatever comes, comes later. Timestamps of another time say nothing of
 * when the next one comes; there a partition has reached what the others showed a while ago. What is said here affects when something is
 * concluded, and never what, unless a record is on its way for longer than the margins.
 */
export interface InputClock {
  /** A record was read. @param logTime of it @param now wall clock, epoch ms @param appendTime whether the broker set it */
  saw(logTime: number, now: number, appendTime: boolean): void;
  /** @param readAt wall clock at which a partition had been read to its end; epoch ms */
  atEnd(readAt: number): number;
}

/** Starts with a topic. @param since wall clock, epoch ms */
export function createInputClock(since: number): InputClock {
  let kind: 'unknown' | 'append' | 'present' | 'past' = 'unknown';
  let newest = Number.MIN_SAFE_INTEGER;
  /** How the newest log time grew: its values and when they were seen, those of the last while. */
  let growth: { readonly at: number; readonly logTime: number }[] = [];
  return {
    saw(logTime, now, appendTime) {
      if (appendTime) kind = 'append';
      else kind = Math.abs(now - logTime) <= PRESENT_MS ? 'present' : 'past';
      if (logTime <= newest) return;
      newest = logTime;
      growth.push({ at: now, logTime });
      if (growth.length > 1_000)
        growth = growth.filter(({ at }, i) => i % 2 === 1 || at >= now - ON_ITS_WAY_MS);
    },
    atEnd(readAt) {
      if (kind === 'append') return readAt - CLOCK_SKEW_MS;
      if (kind === 'present') return readAt - ON_ITS_WAY_MS;
      if (kind === 'unknown') {
        return readAt - since >= UNKNOWN_MS ? readAt - ON_ITS_WAY_MS : Number.MIN_SAFE_INTEGER;
      }
      const shown = growth.findLast(({ at }) => at <= readAt - ON_ITS_WAY_MS);
      return shown?.logTime ?? Number.MIN_SAFE_INTEGER;
    },
  };
}
