import type { ModelSpec } from '@driftloop/schemas';
import type { ExpectedRow } from './expected-rows.ts';

/** A window that a signal was given for, with how many rows it says it had. */
export interface FoundWindow {
  readonly start: number;
  readonly end: number;
  readonly n: number;
}

/** What the windows of one signal of one model hold, beside what the log has for them. */
export interface WindowCheck {
  /** Rows that must be in a window that has closed. */
  readonly due: number;
  /** Rows that the closed windows say they had. */
  readonly held: number;
  readonly lost: number;
  /** Rows beyond what the log has, or in two windows. */
  readonly repeated: number;
  /** Windows without a row in the log, or over another one. */
  readonly unexpected: number;
  readonly windows: number;
  /** Windows that end beyond what must have closed, left out here. */
  readonly trailing: number;
  /** The first that are wrong, in words. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 5;

/**
 * Compares windows with the rows that the log has for them.
 *
 * Windows may be merged: each is compared with the rows from its start to its end. Rows that no
 * window covers are lost, but for fewer than `minSamples` behind the last one, which wait for more.
 *
 * @param through windows that end later are left out, epoch milliseconds
 */
export function checkWindows(
  { window: { minSamples } }: ModelSpec,
  rows: readonly ExpectedRow[],
  found: readonly FoundWindow[],
  through: number,
): WindowCheck {
  const closed = found.filter(({ end }) => end <= through).sort((a, b) => a.start - b.start || a.end - b.end);
  const due = timesOf(rows.filter(({ isDue }) => isDue));
  const possible = timesOf(rows);
  const examples: string[] = [];
  const tell = (text: string): void => {
    if (examples.length < MOST_EXAMPLES) examples.push(text);
  };
  let [held, lost, repeated, unexpected] = [0, 0, 0, 0];
  let covered = Number.NEGATIVE_INFINITY;
  const uncovered = (until: number): number => (until > covered ? countIn(due, covered, until) : 0);
  for (const { start, end, n } of closed) {
    const missing = uncovered(start);
    if (missing > 0) tell(`no window before ${periodOf(start, end)}: ${missing} rows`);
    lost += missing;
    const least = countIn(due, start, end);
    const most = countIn(possible, start, end);
    held += n;
    if (most === 0 || start < covered) {
      unexpected++;
      tell(`${periodOf(start, end)} ${most === 0 ? 'has no row in the log' : 'lies over another window'}`);
    } else if (n < least || n > most) {
      tell(`${periodOf(start, end)} holds ${n} of ${least === most ? least : `${least} to ${most}`} rows`);
    }
    lost += Math.max(0, least - n);
    repeated += Math.max(0, n - most) + countIn(due, start, Math.min(covered, end));
    covered = Math.max(covered, end);
  }
  const waiting = uncovered(through);
  const isLost = waiting >= minSamples;
  if (isLost) tell(`no window from ${timeOf(covered)} to ${timeOf(through)}: ${waiting} rows`);
  return {
    due: countIn(due, -Infinity, through) - (isLost ? 0 : waiting),
    held,
    lost: lost + (isLost ? waiting : 0),
    repeated,
    unexpected,
    windows: closed.length,
    trailing: found.length - closed.length,
    examples,
  };
}

function timesOf(rows: readonly ExpectedRow[]): Float64Array {
  return Float64Array.from(rows, ({ eventTime }) => eventTime).sort();
}

/** How many of the sorted times lie in [from, to). */
function countIn(times: Float64Array, from: number, to: number): number {
  return Math.max(0, positionOf(times, to) - positionOf(times, from));
}

/** How many of the sorted times lie before `time`. */
function positionOf(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function periodOf(start: number, end: number): string {
  return `the window ${timeOf(start)} to ${timeOf(end)}`;
}

function timeOf(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : 'the beginning';
}
