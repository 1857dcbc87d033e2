import { flopsOf } from '../cost/flops.ts';
import { sizeGraph } from '../cost/sized-graph.ts';
import type { TrainingStepGraph } from '../step/training-step-graph.ts';
import type { TrainingOptions } from '../training-options.ts';

/**
 * Work below which a part takes less time than handing it to another thread and back:
 * floating-point operations.
 */
const LEAST_FLOPS = 5e7;

/** In how many parts the rows of a step go through, each on a thread of its own. */
export interface RowParts {
  /** The most parts of any step. */
  readonly most: number;
  of(rows: number): number;
}

/**
 * Data parallelism for models with convolutions: their gradients are mostly slices, transposes and
 * paddings, which runtimes leave to one thread. Products of matrices are shared between threads as
 * they are, and faster so. Rows go through as one where a batch has statistics or chance of its
 * own, and where memory is counted, for each part holds gradients of its own.
 *
 * @param step how a batch that fits is passed
 * @param threads that the engine has
 */
export function planRowParts(
  step: TrainingStepGraph,
  { dropout = false }: TrainingOptions,
  threads: number,
  isMemoryCounted: boolean,
): RowParts {
  const apart = step.kind === 'gradients' && step.buffers.length === 0 && !dropout && !isMemoryCounted;
  const sized = threads > 1 && apart ? sizeGraph(step.graph) : undefined;
  if (!sized?.nodes.some(({ opType }) => opType === 'Conv' || opType === 'ConvTranspose')) {
    return { most: 1, of: () => 1 };
  }
  const known = new Map<number, number>();
  return {
    most: threads,
    of(rows) {
      const parts = known.get(rows) ?? (flopsOf(sized, rows) / threads < LEAST_FLOPS ? 1 : threads);
      known.set(rows, parts);
      return Math.min(parts, rows);
    },
  };
}
