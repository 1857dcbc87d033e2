import { DriftloopError } from '@driftloop/errors';
import { float32Tensor, GraphBuilder, serializeModel } from '@driftloop/onnx';
import { createRandom } from '@driftloop/stats';
import { drawBiases, drawKernels } from './initialise.ts';
import { finish, type ModelOptions, perceptron, standardise } from './layers.ts';

/**
 * What a convolutional network is made from. Features are the values of the channels one after
 * another, each row-major.
 */
export interface CnnOptions extends Omit<ModelOptions, 'inputs'> {
  /** Length of a series [length], or height and width of an image; every value at least 1. */
  readonly shape: readonly [length: number] | readonly [height: number, width: number];
  /** @default 1 */
  readonly channels?: number;
  /** Filters of each convolution. @default [8, 16] */
  readonly filters?: readonly number[];
  /** Odd side of the kernels. @default 3 */
  readonly kernel?: number;
  /** Sizes of the hidden layers after the convolutions. @default [32] */
  readonly hidden?: readonly number[];
}

/**
 * Makes a network of convolutions that keep the shape, each followed by a ReLU and by taking the
 * largest of every two (of 2 × 2) values, and an MLP over what is left: `features` [batch, channels
 * × shape] → `outputs` as {@link createMlp}. Preprocessing is inside the graph.
 *
 * @throws DriftloopError SPEC_INVALID when the kernel is even or the shape is halved away
 */
export function createCnn(options: CnnOptions): Uint8Array {
  const { shape, channels = 1, filters = [8, 16], kernel = 3, hidden = [32] } = options;
  checkShape(shape, filters, kernel);
  const random = createRandom(options.seed);
  const initialisation = options.initialisation ?? 'he';
  const graph = new GraphBuilder({ name: `cnn${shape.length}d` });
  const all = { ...options, inputs: channels * product(shape) };
  let value = graph.node('Reshape', [standardise(graph, all), graph.int([-1, channels, ...shape])]);
  let depth = channels;
  let size = [...shape];
  filters.forEach((count, layer) => {
    const name = `convolution${layer}`;
    const dims = [count, depth, ...shape.map(() => kernel)];
    graph.initializer(float32Tensor(`${name}/weight`, dims, drawKernels(dims, initialisation, random)));
    const bias = drawBiases(depth * kernel ** shape.length, count, initialisation, random);
    graph.initializer(float32Tensor(`${name}/bias`, [count], bias));
    const pads = [...shape, ...shape].map(() => (kernel - 1) / 2);
    value = graph.node('Conv', [value, `${name}/weight`, `${name}/bias`], {
      kernel_shape: shape.map(() => kernel),
      pads,
    });
    value = graph.node('Relu', [value], {}, `${name}/activation`);
    const two = shape.map(() => 2);
    value = graph.node('MaxPool', [value], { kernel_shape: two, strides: two });
    depth = count;
    size = size.map((side) => Math.floor(side / 2));
  });
  const width = depth * product(size);
  value = graph.node('Reshape', [value, graph.int([-1, width])]);
  finish(graph, perceptron(graph, value, width, hidden, all, random), all);
  return serializeModel(graph.build());
}

function checkShape(shape: readonly number[], filters: readonly number[], kernel: number): void {
  if (kernel % 2 !== 1)
    throw new DriftloopError('SPEC_INVALID', `A kernel needs an odd side, not ${kernel}: use 3 or 5.`);
  const least = 2 ** filters.length;
  if (shape.some((side) => side < least)) {
    throw new DriftloopError(
      'SPEC_INVALID',
      `${filters.length} convolutions halve [${shape.join(', ')}] to nothing: each side must be at least ${least}, or leave filters out.`,
    );
  }
}

function product(values: readonly number[]): number {
  return values.reduce((total, value) => total * value, 1);
}
