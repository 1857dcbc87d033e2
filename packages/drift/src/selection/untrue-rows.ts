import { FAULT_KINDS, type FaultKind } from '../faults/fault.ts';
import type { WindowRecord } from './history.ts';

/**
 * Windows in a row with faults after which these are what is usual now: a unit that was changed for
 * good, a sensor that is gone. Whoever has not mended the source by then means it.
 */
const STANDING_WINDOWS = 12;

type Span = Pick<WindowRecord, 'start' | 'end'>;
type Past = readonly (Span & Pick<WindowRecord, 'inputs'>)[];
type Seen = Span & { readonly inputs: NonNullable<WindowRecord['inputs']> };

/**
 * Which windows have rows that say nothing true, so that nothing is to be learnt from them: those
 * whose inputs show a fault of the pipeline, and those that overlap one, since signals may merge
 * windows differently. A gap spoils no row. Faults that are usual spoil none either: of any twelve
 * windows of inputs in a row at least one is free, so that no fault ends training for good. What
 * was usual when a version was replaced stays so for its windows: the next one has learnt it.
 *
 * @param history oldest first
 */
export function spoiltWindows(history: Past): (window: Span) => boolean {
  const seen = history.filter((window): window is Seen => window.inputs !== undefined);
  const through = new Map(seen.map(({ inputs }, i) => [inputs.version, i + 1]));
  const now = usualFaults(seen);
  const usual = new Map(
    [...through].map(([version, end]) => [version, new Set([...now, ...usualFaults(seen.slice(0, end))])]),
  );
  const spoilt = seen.filter(({ inputs }) =>
    spoiling(inputs.faults).some((fault) => !usual.get(inputs.version)?.has(fault)),
  );
  return ({ start, end }) => spoilt.some((other) => other.start < end && other.end > start);
}

function spoiling(faults: readonly FaultKind[]): FaultKind[] {
  return faults.filter((fault) => fault !== 'gap');
}

/**
 * Where none of the newest windows is free of faults: the faults that most of them show, as many as
 * it takes for one to be free.
 */
function usualFaults(seen: readonly Seen[]): FaultKind[] {
  const newest = seen.slice(-STANDING_WINDOWS).map(({ inputs }) => spoiling(inputs.faults));
  if (newest.length < STANDING_WINDOWS) return [];
  const countOf = (kind: FaultKind): number => newest.filter((faults) => faults.includes(kind)).length;
  const often = [...FAULT_KINDS].sort((a, b) => countOf(b) - countOf(a));
  const isFree = (usual: readonly FaultKind[]): boolean =>
    newest.some((faults) => faults.every((fault) => usual.includes(fault)));
  let count = 0;
  while (!isFree(often.slice(0, count))) count++;
  return often.slice(0, count);
}
