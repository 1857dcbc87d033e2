import { buildTrainingStep } from '../step/build-training-step.ts';
import type { TrainingOptions } from '../training-options.ts';
import { flopsOf } from './flops.ts';
import { passBytes } from './pass-bytes.ts';
import { sizeGraph } from './sized-graph.ts';

/** What training a model takes, known before anything is run. */
export interface TrainingCost {
  /** Trained values, in all parameters. */
  readonly trainedValues: number;
  /** Bytes held between steps: parameters and optimizer state, on the device. */
  readonly stateBytes: number;
  /** What one more row adds to a step. */
  readonly bytesPerRow: number;
  readonly flopsPerRow: number;
  /** Forward alone, as when serving. */
  readonly servingFlopsPerRow: number;
  /** The most that a step over `rows` rows holds at once. */
  peakBytes(rows: number): number;
}

/** Rows between which costs are compared: what does not depend on the rows drops out. */
const [FEW, MANY] = [64, 128];

/**
 * Counts what a training step costs. Throws what `buildTrainingStep` throws.
 *
 * @param update where parameters are updated: in the graph, which every engine can do and which
 *   takes more memory, or by a fused kernel of the engine (`EngineState.compile`)
 */
export function trainingCost(
  model: Uint8Array,
  options: TrainingOptions,
  update: 'in graph' | 'fused' = 'in graph',
): TrainingCost {
  const step = buildTrainingStep(model, options);
  const graph = sizeGraph(step.graph);
  const forward = sizeGraph(buildTrainingStep(model, options, 'forward').graph);
  const pass = passBytes(model, options, update === 'fused' ? 'gradients' : 'step');
  const perRow = (cost: (rows: number) => number) => (cost(MANY) - cost(FEW)) / (MANY - FEW);
  const trainedValues = step.parameters.reduce((sum, { initial }) => sum + initial.length, 0);
  const slots = step.state.reduce(
    (sum, { dims }) => sum + dims.reduce((product, dim) => product * dim, 1),
    0,
  );
  return {
    trainedValues,
    stateBytes: 4 * (trainedValues + slots),
    bytesPerRow: perRow(pass.peak),
    flopsPerRow: perRow((rows) => flopsOf(graph, rows)),
    servingFlopsPerRow: perRow((rows) => flopsOf(forward, rows)),
    peakBytes: pass.peak,
  };
}
