import type { ContentKind, ModelFold, PartitionFold, Step } from './state.ts';

/** Windows of one model and signal that may be open at the same time: how far the input waits for a partition that is behind. */
export const MOST_OPEN_WINDOWS = 64;

/**
 * Up to where windows close although the watermark has not passed them: the oldest ones, until no more than 64 are open and no more
 * rows are held than the content is made for. So a partition that has stopped without being idle, event times far ahead of the
 * others', or a clock that stands still cost evidence (what comes later is late, and counted) and never memory.
 *
 * @returns -1 while nothing has to give
 */
export function forcedEnd<C>(fold: ModelFold<C>, { mostRows }: ContentKind<C>): number {
  const rows = new Map<number, number>();
  const hold = (end: number, n: number): void => {
    rows.set(end, (rows.get(end) ?? 0) + n);
  };
  let windows = 0;
  let held = 0;
  for (const { end, groups } of fold.windows.values()) {
    windows++;
    hold(end, 0);
    for (const { n } of groups.values()) hold(end, n);
  }
  for (const { current } of fold.partitions.values())
    for (const { end, n, content } of current) if (content !== undefined) hold(end, n);
  for (const n of rows.values()) held += n;
  let closed = -1;
  for (const end of [...rows.keys()].sort((a, b) => a - b)) {
    if (windows <= MOST_OPEN_WINDOWS && held <= mostRows) break;
    closed = end;
    held -= rows.get(end) ?? 0;
    for (const window of fold.windows.values()) if (window.end === end) windows--;
  }
  return closed;
}

/**
 * Remembers how far a partition's event time had come at a position. Of the positions with the same event time the first one says where a
 * window was passed; late rows of the others are counted together, so they share one step.
 */
export function addStep<C>({ steps }: PartitionFold<C>, step: Step): void {
  const last = steps.at(-1);
  if (last?.maxEventTime === step.maxEventTime) {
    if (step.late === 0) return;
    if (steps.at(-2)?.maxEventTime === step.maxEventTime) {
      last.late += step.late;
      return;
    }
  }
  steps.push(step);
}
