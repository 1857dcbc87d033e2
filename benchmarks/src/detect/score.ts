import { CHANGES, ROWS } from './streams.ts';

/** Rows after a change in which the first alarm counts as its detection. */
export const DETECTION_ROWS = 2500;

/** How a detector did on some streams. */
export interface Score {
  readonly drifts: number;
  readonly detected: number;
  /** Rows from a change to its detection, mean over the detected ones. */
  readonly meanDelay: number;
  /** Rows to the detection of each drift, stream by stream in order; NaN where it was not found. */
  readonly delays: readonly number[];
  /** Alarms outside of the rows after changes, per 10,000 rows that lie outside. */
  readonly falseAlarmsPer10k: number;
}

/**
 * Scores alarms as vectors/quality_table.json does: further alarms within the rows after a change
 * count for nothing.
 */
export function scoreOf(streams: readonly (readonly number[])[]): Score {
  let falseAlarms = 0;
  const delays = streams.flatMap((alarms) => {
    const own = CHANGES.map(() => Number.NaN);
    for (const row of alarms) {
      const change = CHANGES.findIndex((at) => row >= at && row < at + DETECTION_ROWS);
      if (change < 0) falseAlarms++;
      else if (Number.isNaN(own[change])) own[change] = row - (CHANGES[change] ?? 0);
    }
    return own;
  });
  const found = delays.filter((delay) => !Number.isNaN(delay));
  const outside = streams.length * (ROWS - CHANGES.length * DETECTION_ROWS);
  return {
    drifts: delays.length,
    detected: found.length,
    meanDelay: meanOf(found),
    delays,
    falseAlarmsPer10k: (1e4 * falseAlarms) / outside,
  };
}

/**
 * Mean delays of two contenders over the drifts that both found, on the same streams: neither is
 * punished for what only it finds.
 */
export function delaysInCommon(a: Score, b: Score): { drifts: number; first: number; second: number } {
  const both = a.delays.flatMap((_, i) =>
    Number.isNaN(a.delays[i]) || Number.isNaN(b.delays[i]) ? [] : [i],
  );
  const mean = ({ delays }: Score) => meanOf(both.map((i) => delays[i] ?? Number.NaN));
  return { drifts: both.length, first: mean(a), second: mean(b) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
