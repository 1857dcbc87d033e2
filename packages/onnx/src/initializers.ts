import { DriftloopError } from '@driftloop/errors';
import { copyGraph, copyModel } from './copy.ts';
import type { ModelProto } from './generated/onnx_pb.js';
import { graphOf } from './model.ts';
import { elementCount, float32Tensor, tensorDims, tensorType } from './tensor.ts';

/**
 * A model with the same graph and new values for some float32 initializers. The model given is not
 * changed. Throws GRAPH_INVALID when a name is not a float32 initializer or the length differs.
 */
export function replaceInitializers(
  model: ModelProto,
  values: ReadonlyMap<string, Float32Array>,
): ModelProto {
  const graph = graphOf(model);
  const missing = new Set(values.keys());
  const initializer = graph.initializer.map((tensor) => {
    const data = values.get(tensor.name);
    if (data === undefined) return tensor;
    missing.delete(tensor.name);
    const dims = tensorDims(tensor);
    if (tensorType(tensor) !== 'float32') {
      throw new DriftloopError(
        'GRAPH_INVALID',
        `initializer ${tensor.name} is ${tensorType(tensor)}, not float32`,
      );
    }
    if (data.length !== elementCount(dims)) {
      const size = elementCount(dims);
      throw new DriftloopError(
        'GRAPH_INVALID',
        `initializer ${tensor.name} needs ${size} values, got ${data.length}`,
      );
    }
    return float32Tensor(tensor.name, dims, data);
  });
  if (missing.size > 0) {
    throw new DriftloopError(
      'GRAPH_INVALID',
      `the model has no initializer named ${[...missing].join(', ')}`,
    );
  }
  return copyModel(model, { graph: copyGraph(graph, { initializer }) });
}
