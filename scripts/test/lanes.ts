/** Beside what a test file may run. */
export type Lane =
  /** Beside others of its kind and one fleet. */
  | 'small'
  /**
   * Has all services run, by `up`, as the fault suite does, or as the whole loop. Two such fleets
   * at once starve each other and the broker that they share, and take longer than one after the
   * other.
   */
  | 'fleet'
  /**
   * Wants the machine for itself: what it asserts takes a trainer or a client that is not starved.
   */
  | 'alone';

const FLEETS =
  /^(?:cli\/test\/(?:columns-live|console\/|damaged-state|exported\/live|operations|outputs-live|study-live|tables-live|up\.)|faults\/|test\/(?:bad-input|beside|clients|kill)\.)/;
/**
 * Tests of the trainer mostly wait, and those of the Open Inference Protocol start the gateway and
 * inference alone.
 */
const ALONE = /^test\/(?!trainer|open-inference)/;

/** The lane of a test file. @param file relative to the root */
export function laneOf(file: string): Lane {
  if (FLEETS.test(file)) return 'fleet';
  return ALONE.test(file) ? 'alone' : 'small';
}
