import { DriftloopError } from '@driftloop/errors';
import { type PassBytes, type PassKind, passBytes } from '../cost/pass-bytes.ts';
import { rowsWithin } from '../cost/peak-bytes.ts';
import type { TrainingOptions } from '../training-options.ts';

const MIB = 2 ** 20;

/** Keeps the passes of a run within a budget. */
export interface MemoryBudget {
  /** Rows per pass for a batch of `rows`. Throws CONFIG_INVALID when not even one row fits. */
  rowsPerPass(rows: number): number;
  /**
   * Megabytes (2²⁰ bytes) that a pass over `rows` rows holds at once, one that is a whole step or
   * an accumulating one.
   */
  peakMb(rows: number, kind: PassKind): number;
}

/**
 * @param maxMemoryMb the budget; without one, rows per pass are not limited
 * @param whole how a batch that fits is passed
 */
export function createMemoryBudget(
  model: Uint8Array,
  options: TrainingOptions,
  maxMemoryMb: number | undefined,
  whole: 'step' | 'gradients',
): MemoryBudget {
  const passes = new Map<PassKind, PassBytes>();
  const bytesOf = (kind: PassKind): PassBytes => {
    const bytes = passes.get(kind) ?? passBytes(model, options, kind);
    passes.set(kind, bytes);
    return bytes;
  };
  const known = new Map<number, number>();
  const settle = (rows: number): number => {
    if (maxMemoryMb === undefined) return rows;
    const budget = maxMemoryMb * MIB;
    if (bytesOf(whole).peak(rows) <= budget) return rows;
    const parts = bytesOf('accumulate');
    const fitting = options.pathIntegral ? 0 : rowsWithin(parts.graph, budget - parts.beside, rows - 1);
    if (fitting > 0) return fitting;
    const least = options.pathIntegral ? bytesOf(whole).peak(rows) : parts.peak(1);
    throw new DriftloopError(
      'CONFIG_INVALID',
      `a training step needs at least ${(least / MIB).toFixed(1)} MB; the budget is ${maxMemoryMb} MB`,
    );
  };
  return {
    rowsPerPass(rows) {
      const before = known.get(rows);
      if (before !== undefined) return before;
      const settled = settle(rows);
      known.set(rows, settled);
      return settled;
    },
    peakMb: (rows, kind) => bytesOf(kind).peak(rows) / MIB,
  };
}
