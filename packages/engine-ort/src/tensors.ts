import type { EngineTensor, TextTensor } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { Tensor } from 'onnxruntime-node';

/**
 * ONNX Runtime's form of a tensor; its data is not copied. Throws GRAPH_INVALID when data and dims
 * do not fit.
 */
export function ortTensor(name: string, { type, dims, data }: EngineTensor | TextTensor): Tensor {
  try {
    switch (type) {
      case 'string':
        return new Tensor(type, [...data], dims);
      case 'float32':
        return new Tensor(type, data, dims);
      case 'int64':
        return new Tensor(type, data, dims);
    }
  } catch (cause) {
    throw new DriftloopError('GRAPH_INVALID', `input ${name}: ${data.length} values do not fill [${dims}]`, {
      cause,
    });
  }
}

/** The driftloop form of an output that lies in host memory. */
export function hostTensor(name: string, tensor: Tensor | undefined): EngineTensor {
  if (tensor === undefined) throw new TypeError(`ONNX Runtime returned no output ${name}`);
  const { dims, data, type } = tensor;
  if (data instanceof Float32Array) return { type: 'float32', dims, data };
  if (data instanceof BigInt64Array) return { type: 'int64', dims, data };
  throw new DriftloopError(
    'GRAPH_INVALID',
    `output ${name} is ${type}; only float32 and int64 can be fetched`,
  );
}
