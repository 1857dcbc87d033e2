/** How far the clocks of the broker and of this machine may differ, ms. */
const CLOCK_SKEW_MS = 1_000;
/**
 * How long after another partition's records one may come that its producer timed before them, ms.
 */
const ON_ITS_WAY_MS = 2_000;
/** How long a topic of producers' timestamps must say nothing until the wall clock counts, ms. */
const SILENT_MS = 60_000;
/** How long a topic without any record is given to show of what time its timestamps are, ms. */
const UNKNOWN_MS = 300_000;
/** Values of the newest log time that are kept, with when they were seen. */
const KEPT = 1_000;

/**
 * What log time a partition has reached that was read to its end, so that others need not wait for
 * it. Where the broker sets the timestamps, that is the wall clock with a margin: whatever comes,
 * comes later. Where producers set them, it is what other partitions showed a while ago; and if
 * their timestamps are the present's, or nothing has come for minutes, the wall clock with a large
 * margin. What is said here affects when something is concluded, and never what, unless a record is
 * on its way for longer than the margins.
 */
export interface InputClock {
  /** A record was read. @param now wall clock, epoch ms */
  saw(logTime: number, now: number): void;
  /**
   * One of before was looked at: how far the log had come, too, but not whether its timestamps are
   * the present's. @param now wall clock, epoch ms
   */
  lookedBack(logTime: number, now: number): void;
  /** @param readAt wall clock at which a partition had been read to its end; epoch ms */
  atEnd(readAt: number): number;
}

/**
 * Starts with a topic.
 * @param appendTime whether the broker sets its timestamps @param since wall clock, epoch ms
 */
export function createInputClock(appendTime: boolean, since: number): InputClock {
  if (appendTime)
    return { saw: () => undefined, lookedBack: () => undefined, atEnd: (readAt) => readAt - CLOCK_SKEW_MS };
  let isPresent: boolean | undefined;
  let newest = Number.MIN_SAFE_INTEGER;
  let growth: { readonly at: number; readonly logTime: number }[] = [];
  const showed = (logTime: number, now: number) => {
    if (logTime <= newest) return;
    newest = logTime;
    growth.push({ at: now, logTime });
    // Of what is long ago every other one will do.
    if (growth.length > KEPT) growth = growth.filter(({ at }, i) => i % 2 === 1 || at >= now - ON_ITS_WAY_MS);
  };
  return {
    saw(logTime, now) {
      isPresent = Math.abs(now - logTime) <= SILENT_MS;
      showed(logTime, now);
    },
    lookedBack: showed,
    atEnd(readAt) {
      const shown = growth.findLast(({ at }) => at <= readAt - ON_ITS_WAY_MS)?.logTime;
      const isOfNow = isPresent ?? readAt - since >= UNKNOWN_MS;
      const least = isOfNow ? readAt - SILENT_MS : Number.MIN_SAFE_INTEGER;
      return Math.max(shown ?? Number.MIN_SAFE_INTEGER, least);
    },
  };
}
