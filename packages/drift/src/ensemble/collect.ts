import type { DriftSignal } from '@driftloop/schemas';
import { type EvidenceItem, itemOf } from '../signals/evidence-item.ts';
import type { SignalState } from './state.ts';

/** All results of one window and signal. */
export interface CompleteWindow {
  readonly start: number;
  readonly end: number;
  readonly version: number;
  readonly n: number;
  readonly items: readonly EvidenceItem[];
}

/**
 * Puts a window's results together. A restarted service repeats windows; they come in the order of
 * end and version, so what is not beyond the newest one taken is dropped, and so is what does not
 * follow the result before it.
 *
 * @returns the window, with its last result
 */
export function collect(state: SignalState, signal: DriftSignal): CompleteWindow | undefined {
  const { windowStart: start, windowEnd: end, version, n, ordinal, total } = signal;
  const { taken } = state;
  if (taken && (end < taken.end || (end === taken.end && version <= taken.version))) return undefined;
  const item = itemOf(signal);
  if (ordinal === 0) state.collecting = { start, end, version, n, items: [] };
  const { collecting } = state;
  if (collecting?.end !== end || collecting.version !== version) return undefined;
  if (collecting.items.length !== ordinal) return undefined;
  collecting.items.push(item);
  if (collecting.items.length < total) return undefined;
  state.collecting = null;
  state.taken = { end, version };
  return collecting;
}
