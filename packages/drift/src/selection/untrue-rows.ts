import type { FaultKind } from '../faults/fault.ts';
import type { WindowRecord } from './history.ts';

/**
 * Windows in a row with the same fault after which it is what is usual now: a unit that was changed
 * for good, a sensor that is gone. Whoever has not mended the source by then means it.
 */
const STANDING_WINDOWS = 12;

type Past = readonly Pick<WindowRecord, 'start' | 'end' | 'fault' | 'fingerprint'>[];

/**
 * Whether rows of windows with this fault say nothing true, so that nothing is to be learnt from
 * them. Rows that came beside a gap are as they should be.
 *
 * @param history oldest first
 */
export function spoilsRows(fault: FaultKind, history: Past): boolean {
  return fault !== 'gap' && fault !== standingFault(history);
}

/**
 * Whether a window, or one that it overlaps, has rows that say nothing true: signals may merge
 * windows differently, and labels are of rows in a window that the inputs tell of.
 */
export function isSpoilt({ start, end }: Pick<WindowRecord, 'start' | 'end'>, history: Past): boolean {
  return history.some(
    (other) =>
      other.fault !== undefined && other.start < end && other.end > start && spoilsRows(other.fault, history),
  );
}

/** The fault that the newest windows all show, where they are enough. */
function standingFault(history: Past): FaultKind | undefined {
  // Those of which only labels are known say nothing of inputs.
  const seen = history.filter(({ fault, fingerprint }) => fault !== undefined || fingerprint.length > 0);
  const newest = seen.slice(-STANDING_WINDOWS);
  const fault = newest.at(-1)?.fault;
  return newest.length === STANDING_WINDOWS && newest.every((window) => window.fault === fault)
    ? fault
    : undefined;
}
