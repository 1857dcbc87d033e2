const WINDOW_MS = 60_000;

/** Counts what may be written down of callers whom nobody knows: they must not fill a log. */
export interface Flood {
  /**
   * Whether one more may be written now.
   *
   * @returns how many were left out since the last time that something was written, or undefined
   *   where this one is left out, too
   */
  take(now: number): number | undefined;
}

/** @param perMinute most that are written */
export function createFlood(perMinute: number): Flood {
  let until = Number.NEGATIVE_INFINITY;
  let written = 0;
  let leftOut = 0;
  return {
    take(now) {
      if (now >= until) {
        until = now + WINDOW_MS;
        written = 0;
      }
      if (written >= perMinute) {
        leftOut += 1;
        return undefined;
      }
      written += 1;
      const before = leftOut;
      leftOut = 0;
      return before;
    },
  };
}
