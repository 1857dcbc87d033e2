import { float32Tensor, type GraphBuilder } from '@driftloop/onnx';
import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import type { Random } from '@driftloop/stats';
import { drawBiases, drawWeights, type Initialisation } from './initialise.ts';
import { FEATURES, LABEL_MEAN, LABEL_SCALE, MEAN, OUTPUTS, SCALE, STANDARDISED } from './names.ts';

/** What every model of the factory is made from. */
export interface ModelOptions {
  /** Number of features. */
  readonly inputs: number;
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

/**
 * Standardised values are cut off here: an outlier must not outweigh every other feature. In
 * standard deviations.
 */
const BOUND = 6;

/**
 * Emits the input and its standardisation, missing values filled with the mean. Returns [batch,
 * inputs].
 */
export function standardise(graph: GraphBuilder, options: ModelOptions): string {
  const { inputs } = options;
  graph.input(FEATURES, 'float32', ['batch', inputs]);
  const mean = options.mean ?? new Float32Array(inputs);
  const std = options.std ?? new Float32Array(inputs).fill(1);
  graph.initializer(float32Tensor(MEAN, [inputs], mean));
  graph.initializer(float32Tensor(SCALE, [inputs], std.map(inverseOrZero)));
  const missing = graph.node('IsNaN', [FEATURES]);
  const filled = graph.node('Where', [missing, MEAN, FEATURES]);
  const scaled = graph.node('Mul', [graph.node('Sub', [filled, MEAN]), SCALE]);
  return graph.node('Clip', [scaled, graph.float(-BOUND), graph.float(BOUND)], {}, STANDARDISED);
}

/** 1 / std, or 0 where nothing varies or float32 does not hold the inverse. */
export function inverseOrZero(std: number): number {
  const inverse = 1 / std;
  return std > 0 && Number.isFinite(Math.fround(inverse)) ? inverse : 0;
}

/**
 * Emits hidden layers with ReLUs and the output layer over a value [batch, width]; sizes of hidden
 * layers in order.
 */
export function perceptron(
  graph: GraphBuilder,
  input: string,
  width: number,
  hidden: readonly number[],
  options: ModelOptions,
  random: Random,
): string {
  const initialisation = options.initialisation ?? 'he';
  const sizes = [width, ...hidden, hasClasses(options.task) ? options.classes : 1];
  let value = input;
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const last = layer + 2 === sizes.length;
    const name = last ? 'output' : `hidden${layer}`;
    const from = sizes[layer]!;
    const to = sizes[layer + 1]!;
    const weights = drawWeights(from, to, last ? 'output' : 'hidden', initialisation, random);
    graph.initializer(float32Tensor(`${name}/weight`, [from, to], weights));
    graph.initializer(float32Tensor(`${name}/bias`, [to], drawBiases(from, to, initialisation, random)));
    value = graph.node('Gemm', [value, `${name}/weight`, `${name}/bias`], {}, `${name}/sum`);
    if (!last) value = graph.node('Relu', [value], {}, `${name}/activation`);
  }
  return value;
}

/**
 * Emits probabilities, or a regression's value in the units of its labels, as the graph's output.
 */
export function finish(graph: GraphBuilder, value: string, options: ModelOptions): void {
  const { task, labelMean = 0, labelStd = 1 } = options;
  if (hasClasses(task)) {
    graph.output(graph.node('Softmax', [value], { axis: -1 }, OUTPUTS));
    return;
  }
  graph.initializer(float32Tensor(LABEL_MEAN, [1], Float32Array.of(labelMean)));
  graph.initializer(float32Tensor(LABEL_SCALE, [1], Float32Array.of(labelStd > 0 ? labelStd : 1)));
  graph.output(graph.node('Add', [graph.node('Mul', [value, LABEL_SCALE]), LABEL_MEAN], {}, OUTPUTS));
}
