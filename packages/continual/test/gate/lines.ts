import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import { allocateRows, type LabelledRows } from '@driftloop/spec';

/** How a model made by hand ends: values as they are, class probabilities, or one probability. */
export type End = 'values' | 'softmax' | 'sigmoid';

/**
 * An ONNX file that answers x · weights + bias, one column for each bias.
 * @param weights row-major, features × columns
 */
export function lineModel(
  weights: readonly number[],
  bias: readonly number[],
  end: End = 'values',
): Uint8Array {
  const graph = new GraphBuilder({ name: 'line' });
  const columns = bias.length;
  graph.input('x', 'float32', ['batch', weights.length / columns]);
  graph.initializer(float32Tensor('w', [weights.length / columns, columns], Float32Array.from(weights)));
  graph.initializer(float32Tensor('b', [columns], Float32Array.from(bias)));
  const values = graph.node('Gemm', ['x', 'w', 'b']);
  const outputs = {
    values: () => values,
    softmax: () => graph.node('Softmax', [values], { axis: -1 }),
    sigmoid: () => graph.node('Sigmoid', [values]),
  };
  graph.output(outputs[end]());
  return serializeModel(graph.build());
}

/** Rows of one feature with their labels, a millisecond apart. */
export function rowsWith(features: readonly number[], labels: readonly number[]): LabelledRows {
  const data = allocateRows(features.length, 1);
  data.features.set(features);
  data.labels.set(labels);
  data.eventTimes.set(features.map((_, row) => row));
  return data;
}
