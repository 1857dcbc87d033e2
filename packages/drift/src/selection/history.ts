import type { FaultKind } from '../faults/fault.ts';

/** Windows that are remembered. */
const REMEMBERED_WINDOWS = 200;
/** Features in a fingerprint. */
export const FINGERPRINT_FEATURES = 32;

/**
 * One window of a model's past: how many labels it has, how well it went, and what its inputs
 * looked like.
 */
export interface WindowRecord {
  readonly start: number;
  readonly end: number;
  /** Labelled rows, of whatever version. */
  labelled: number;
  /** Mean score of the version that was live, null before labels came. */
  score: number | null;
  /** Version that the score is of. */
  version: number;
  /**
   * Shifts of the features' means in standard deviations of the layout; empty before the data
   * signal came.
   */
  fingerprint: readonly number[];
  /**
   * The faults of the pipeline that its inputs show beside the reference of a version; absent
   * before the data signal came.
   */
  inputs?: { readonly version: number; readonly faults: readonly FaultKind[] };
}

/** The record of a window, made in its place when there is none; the oldest go. */
export function recordOf(history: WindowRecord[], start: number, end: number): WindowRecord {
  const known = history.find((record) => record.start === start && record.end === end);
  if (known) return known;
  const record: WindowRecord = { start, end, labelled: 0, score: null, version: 0, fingerprint: [] };
  history.push(record);
  history.sort((a, b) => a.end - b.end || a.start - b.start);
  if (history.length > REMEMBERED_WINDOWS) history.shift();
  return record;
}
