import { buildTrainingStep } from '../step/build-training-step.ts';
import type { StepKind } from '../step/training-step-graph.ts';
import { updateState } from '../step/update.ts';
import type { TrainingOptions } from '../training-options.ts';
import { peakBytes } from './peak-bytes.ts';
import type { SizedGraph } from './sized-graph.ts';
import { sizeGraph } from './sized-graph.ts';

/**
 * A pass through the model with gradients: a whole step in one graph, or gradients that are applied
 * afterwards.
 */
export type PassKind = Extract<StepKind, 'step' | 'gradients' | 'accumulate'>;

/** What passes of one kind take. */
export interface PassBytes {
  readonly graph: SizedGraph;
  /**
   * Held besides the graph's own values: optimizer slots and masks, which lie on the device while
   * gradients are computed.
   */
  readonly beside: number;
  /** The most that a pass over `rows` rows holds at once. */
  peak(rows: number): number;
}

/** Counts a kind of passes. Throws what `buildTrainingStep` throws. */
export function passBytes(model: Uint8Array, options: TrainingOptions, kind: PassKind): PassBytes {
  const built = buildTrainingStep(model, options, kind);
  const graph = sizeGraph(built.graph);
  const kept = kind === 'step' ? [] : updateState(built.parameters, options);
  const beside = kept.reduce((sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 4), 0);
  return { graph, beside, peak: (rows) => beside + peakBytes(graph, rows) };
}
