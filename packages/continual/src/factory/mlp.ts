import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import type { ModelTask } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import { drawBiases, drawWeights, type Initialisation } from './initialise.ts';
import { FEATURES, LABEL_MEAN, LABEL_SCALE, MEAN, OUTPUTS, SCALE } from './names.ts';

/** What an MLP is made from. */
export interface MlpOptions {
  /** Number of features. */
  readonly inputs: number;
  /** Sizes of the hidden layers; none makes it logistic or linear. @default [32] */
  readonly hidden?: readonly number[];
  readonly task: ModelTask;
  /** Number of classes, at least 2; ignored for a regression. */
  readonly classes: number;
  /** Mean of each feature. @default 0 */
  readonly mean?: Float32Array;
  /** Standard deviation of each feature; where it is 0 the feature is ignored. @default 1 */
  readonly std?: Float32Array;
  /** Mean and standard deviation of a regression's labels. @default 0 and 1 */
  readonly labelMean?: number;
  readonly labelStd?: number;
  /** @default 'he' */
  readonly initialisation?: Initialisation;
  readonly seed: number;
}

/** The size of the hidden layers unless told otherwise. */
export const DEFAULT_HIDDEN: readonly number[] = [32];

/** Standardised values are cut off here: an outlier must not outweigh every other feature. In standard deviations. */
const BOUND = 6;

/**
 * Makes an MLP with ReLUs as ONNX (opset 17): `features` [batch, inputs] → `outputs` [batch, classes] probabilities, or [batch, 1] for a
 * regression. Missing values are filled with the mean and features are standardised inside the graph, so what is served needs no other code.
 */
export function createMlp(options: MlpOptions): Uint8Array {
  const { inputs, task, seed } = options;
  const random = createRandom(seed);
  const graph = new GraphBuilder({ name: 'mlp' });
  graph.input(FEATURES, 'float32', ['batch', inputs]);
  let value = standardise(graph, options);
  const sizes = [inputs, ...(options.hidden ?? DEFAULT_HIDDEN), task === 'regression' ? 1 : options.classes];
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const last = layer + 2 === sizes.length;
    const name = last ? 'output' : `hidden${layer}`;
    const from = sizes[layer]!;
    const to = sizes[layer + 1]!;
    const initialisation = options.initialisation ?? 'he';
    const weights = drawWeights(from, to, last ? 'output' : 'hidden', initialisation, random);
    graph.initializer(float32Tensor(`${name}/weight`, [from, to], weights));
    graph.initializer(float32Tensor(`${name}/bias`, [to], drawBiases(from, to, initialisation, random)));
    value = graph.node('Gemm', [value, `${name}/weight`, `${name}/bias`], {}, `${name}/sum`);
    if (!last) value = graph.node('Relu', [value], {}, `${name}/activation`);
  }
  graph.output(finish(graph, value, options));
  return serializeModel(graph.build());
}

/** A linear model: softmax regression for classes, least squares for values. */
export function createLinear(options: Omit<MlpOptions, 'hidden'>): Uint8Array {
  return createMlp({ ...options, hidden: [] });
}

function standardise(graph: GraphBuilder, options: MlpOptions): string {
  const { inputs } = options;
  const mean = options.mean ?? new Float32Array(inputs);
  const std = options.std ?? new Float32Array(inputs).fill(1);
  graph.initializer(float32Tensor(MEAN, [inputs], mean));
  graph.initializer(float32Tensor(SCALE, [inputs], std.map(inverseOrZero)));
  const missing = graph.node('IsNaN', [FEATURES]);
  const filled = graph.node('Where', [missing, MEAN, FEATURES]);
  const scaled = graph.node('Mul', [graph.node('Sub', [filled, MEAN]), SCALE]);
  return graph.node('Clip', [scaled, graph.float(-BOUND), graph.float(BOUND)], {}, 'standardised');
}

/** 1 / std, or 0 where std is too small to divide by. */
export function inverseOrZero(std: number): number {
  return std > 1e-12 ? 1 / std : 0;
}

function finish(
  graph: GraphBuilder,
  value: string,
  { task, labelMean = 0, labelStd = 1 }: MlpOptions,
): string {
  if (task !== 'regression') return graph.node('Softmax', [value], { axis: -1 }, OUTPUTS);
  graph.initializer(float32Tensor(LABEL_MEAN, [1], Float32Array.of(labelMean)));
  graph.initializer(float32Tensor(LABEL_SCALE, [1], Float32Array.of(labelStd > 0 ? labelStd : 1)));
  return graph.node('Add', [graph.node('Mul', [value, LABEL_SCALE]), LABEL_MEAN], {}, OUTPUTS);
}
