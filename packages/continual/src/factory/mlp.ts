import { GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createRandom } from '@driftloop/stats';
import { finish, type ModelOptions, perceptron, standardise } from './layers.ts';

/** What an MLP is made from. */
export interface MlpOptions extends ModelOptions {
  /** Sizes of the hidden layers; none makes it logistic or linear. @default [32] */
  readonly hidden?: readonly number[];
}

/** The size of the hidden layers unless told otherwise. */
export const DEFAULT_HIDDEN: readonly number[] = [32];

/**
 * Makes an MLP with ReLUs as ONNX (opset 17): `features` [batch, inputs] → `outputs` [batch,
 * classes] probabilities, or [batch, 1] for a regression. Missing values are filled with the mean
 * and features are standardised inside the graph, so what is served needs no other code.
 */
export function createMlp(options: MlpOptions): Uint8Array {
  const graph = new GraphBuilder({ name: 'mlp' });
  const value = standardise(graph, options);
  const hidden = options.hidden ?? DEFAULT_HIDDEN;
  finish(
    graph,
    perceptron(graph, value, options.inputs, hidden, options, createRandom(options.seed)),
    options,
  );
  return serializeModel(graph.build());
}

/** A linear model: softmax regression for classes, least squares for values. */
export function createLinear(options: Omit<MlpOptions, 'hidden'>): Uint8Array {
  return createMlp({ ...options, hidden: [] });
}
