import { DriftloopError } from '@driftloop/errors';
import { peakBytes, rowsWithin } from '../cost/peak-bytes.ts';
import { type SizedGraph, sizeGraph } from '../cost/sized-graph.ts';
import { buildTrainingStep } from '../step/build-training-step.ts';
import type { TrainingOptions } from '../training-options.ts';

const MIB = 2 ** 20;

/** Keeps the passes of a run within a budget. */
export interface MemoryBudget {
  /** Rows per pass for a batch of `rows`. Throws CONFIG_INVALID when not even one row fits. */
  rowsPerPass(rows: number): number;
  /** Megabytes (2²⁰ bytes) that a pass over `rows` rows holds at once, whole steps or accumulating ones. */
  peakMb(rows: number, kind: 'step' | 'accumulate'): number;
}

/** @param maxMemoryMb the budget; without one, rows per pass are not limited */
export function createMemoryBudget(
  model: Uint8Array,
  options: TrainingOptions,
  maxMemoryMb: number | undefined,
): MemoryBudget {
  const graphs = new Map<string, SizedGraph>();
  const sized = (kind: 'step' | 'accumulate') => {
    const graph = graphs.get(kind) ?? sizeGraph(buildTrainingStep(model, options, kind).graph);
    graphs.set(kind, graph);
    return graph;
  };
  /** The optimizer's state lies on the device while gradients are accumulated, too. */
  const peakOf = (rows: number, kind: 'step' | 'accumulate') =>
    peakBytes(sized(kind), rows) + (kind === 'accumulate' ? slotBytes(model, options) : 0);
  const known = new Map<number, number>();
  const settle = (rows: number): number => {
    if (maxMemoryMb === undefined) return rows;
    const budget = maxMemoryMb * MIB;
    if (peakOf(rows, 'step') <= budget) return rows;
    const fitting = options.pathIntegral
      ? 0
      : rowsWithin(sized('accumulate'), budget - slotBytes(model, options), rows - 1);
    if (fitting > 0) return fitting;
    const least = options.pathIntegral ? peakOf(rows, 'step') : peakOf(1, 'accumulate');
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
    peakMb: (rows, kind) => peakOf(rows, kind) / MIB,
  };
}

function slotBytes(model: Uint8Array, options: TrainingOptions): number {
  const { state } = buildTrainingStep(model, options);
  return state.reduce((sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 4), 0);
}
