import type { WindowPolicy } from '@driftloop/schemas';

/** How many rows show how far the event time has come. */
export interface FrontierRule {
  /** Rows of one partition that must lie beyond a window, of the last `2 * own - 1`. */
  readonly own: number;
  /** Rows of all partitions together that must lie beyond it, of the last `2 * all - 1`. */
  readonly all: number;
}

/**
 * Rows of all partitions beyond a window: about a dozen, so that a handful of wrong clocks passes
 * none.
 */
const MOST_ALL = 13;
/** Rows of one partition: single ones may be wrong. */
const MOST_OWN = 3;
/** A window of few rows is passed by fewer. */
const SHARE_OF_WINDOW = 8;

/** The rule of a model: windows that are tested with few rows cannot wait for many. */
export function frontierRuleOf({ minSamples }: Pick<WindowPolicy, 'minSamples'>): FrontierRule {
  const all = Math.min(MOST_ALL, Math.max(1, Math.ceil(minSamples / SHARE_OF_WINDOW)));
  return { all, own: Math.min(MOST_OWN, all) };
}

/** The newest event times of a list, as many as a frontier of `count` rows looks at. */
export function newest(times: readonly number[], more: readonly number[], count: number): readonly number[] {
  const most = 2 * count - 1;
  if (more.length >= most) return more.slice(-most);
  return times.slice(Math.max(0, times.length + more.length - most)).concat(more);
}

/**
 * The event time up to which rows have come: the `count`-th largest of the newest `2 * count - 1`
 * event times, their median. Fewer than `count` wrong ones among them, far ahead or far behind,
 * move it no further than to a right one's.
 *
 * @param times at most `2 * count - 1` event times
 * @returns null while there are fewer than `count`
 */
export function frontierOf(times: readonly number[], count: number): number | null {
  const { length } = times;
  if (length < count) return null;
  if (sorted.length < length) sorted = new Float64Array(2 * length);
  // They mostly come in order: then each finds its place at once.
  for (let i = 0; i < length; i++) {
    const time = times[i] as number;
    let at = i;
    while (at > 0 && (sorted[at - 1] as number) > time) sorted[at] = sorted[--at] as number;
    sorted[at] = time;
  }
  return sorted[length - count] ?? null;
}

/** Asked for every chunk several times. */
let sorted = new Float64Array(64);
