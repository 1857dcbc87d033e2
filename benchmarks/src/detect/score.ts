import { CHANGES, ROWS } from './streams.ts';

/** Rows after a change in which the first alarm counts as its detection. */
export const DETECTION_ROWS = 2500;

/** How a detector did on some streams. */
export interface Score {
  readonly drifts: number;
  readonly detected: number;
  /** Rows from a change to its detection, mean over the detected ones. */
  readonly meanDelay: number;
  /** Alarms outside of the rows after changes, per 10,000 rows that lie outside. */
  readonly falseAlarmsPer10k: number;
}

/** Scores alarms as vectors/quality_table.json does: further alarms within the rows after a change count for nothing. */
export function scoreOf(streams: readonly (readonly number[])[]): Score {
  let detected = 0;
  let delays = 0;
  let falseAlarms = 0;
  for (const alarms of streams) {
    const found = new Set<number>();
    for (const row of alarms) {
      const change = CHANGES.find((at) => row >= at && row < at + DETECTION_ROWS);
      if (change === undefined) falseAlarms++;
      else if (!found.has(change)) {
        found.add(change);
        detected++;
        delays += row - change;
      }
    }
  }
  const outside = streams.length * (ROWS - CHANGES.length * DETECTION_ROWS);
  return {
    drifts: streams.length * CHANGES.length,
    detected,
    meanDelay: delays / detected,
    falseAlarmsPer10k: (1e4 * falseAlarms) / outside,
  };
}
