import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createRandom } from '@driftloop/stats';

/** What is trained: a classifier of 28×28 pixels, ten classes. */
export type Workload = 'mlp' | 'cnn' | 'large';

/** Rows per step, as the peers have it. */
export const BATCH: Readonly<Record<Workload, number>> = { mlp: 128, cnn: 128, large: 4096 };

/** Hidden layers of the perceptrons; large has 20 million parameters. */
const HIDDEN = { mlp: [256, 256], large: [4096, 4096] } as const;

/** The ONNX file of a workload, its weights drawn as PyTorch draws them. */
export function workloadModel(workload: Workload): Uint8Array {
  const builder = new GraphBuilder({ name: workload });
  const random = createRandom(1);
  const weight = (name: string, dims: readonly number[], inputs: number) => {
    const data = new Float32Array(dims.reduce((count, dim) => count * dim, 1));
    const limit = 1 / Math.sqrt(inputs);
    for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * limit;
    return builder.initializer(float32Tensor(name, dims, data));
  };
  const linear = (x: string, name: string, inputs: number, outputs: number) =>
    builder.node(
      'Gemm',
      [x, weight(`${name}.weight`, [outputs, inputs], inputs), weight(`${name}.bias`, [outputs], inputs)],
      { transB: 1 },
    );
  const conv = (x: string, name: string, inputs: number, outputs: number) => {
    const size = inputs * 9;
    const kernel = weight(`${name}.weight`, [outputs, inputs, 3, 3], size);
    const value = builder.node('Conv', [x, kernel, weight(`${name}.bias`, [outputs], size)], {
      kernel_shape: [3, 3],
      pads: [1, 1, 1, 1],
    });
    return builder.node('MaxPool', [builder.node('Relu', [value])], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
  };
  let value = builder.input('x', 'float32', ['batch', 784]);
  if (workload === 'cnn') {
    value = builder.node('Reshape', [value, builder.int([-1, 1, 28, 28])]);
    value = conv(value, 'first', 1, 16);
    value = conv(value, 'second', 16, 32);
    value = linear(builder.node('Flatten', [value]), 'last', 32 * 49, 10);
  } else {
    let inputs = 784;
    for (const [i, outputs] of HIDDEN[workload].entries()) {
      value = builder.node('Relu', [linear(value, `hidden${i}`, inputs, outputs)]);
      inputs = outputs;
    }
    value = linear(value, 'last', inputs, 10);
  }
  builder.output(builder.node('Softmax', [value], { axis: 1 }, 'y'));
  return serializeModel(builder.build());
}
