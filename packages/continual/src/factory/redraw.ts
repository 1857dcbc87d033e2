import { type GraphProto, tensorDims } from '@driftloop/onnx';
import type { Random } from '@driftloop/stats';
import { drawBiases, drawEmbedding, drawKernels, drawWeights } from './initialise.ts';
import { isTrained } from './names.ts';

/** Draws the trained parameters of a factory's model anew, by name; frozen ones stay. */
export function redrawn(graph: GraphProto, random: Random): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  for (const tensor of graph.initializer) {
    const { name } = tensor;
    if (!isTrained(name) || !name.endsWith('/weight')) continue;
    const layer = name.slice(0, -'/weight'.length);
    const dims = tensorDims(tensor);
    const [inputs = 1, outputs = 1] = dims;
    if (layer.startsWith('embedding')) {
      values.set(name, drawEmbedding(inputs, outputs, random));
      continue;
    }
    if (layer.startsWith('convolution')) {
      values.set(name, drawKernels(dims, 'he', random));
      values.set(`${layer}/bias`, new Float32Array(inputs));
      continue;
    }
    const kind = layer === 'output' ? 'output' : 'hidden';
    // What an adapter adds starts at 0.
    const isUp = layer.endsWith('/up');
    values.set(
      name,
      isUp ? new Float32Array(inputs * outputs) : drawWeights(inputs, outputs, kind, 'he', random),
    );
    values.set(`${layer}/bias`, drawBiases(inputs, outputs, 'he', random));
  }
  return values;
}
