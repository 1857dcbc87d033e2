import { float32Tensor, GraphBuilder, parseModel, serializeModel, takeRows } from '@driftloop/onnx';

/** Uniform numbers in [-1, 1) from a linear congruential generator: the same on every machine. */
export function generator(seed: number): () => number {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export function randomArray(size: number, seed: number, scale = 1): Float32Array {
  const next = generator(seed);
  return Float32Array.from({ length: size }, () => next() * scale);
}

/** A file that takes rows of so many features, as it has to before it is imported. */
export function takingRows(file: Uint8Array, width: number): Uint8Array {
  const features = Array.from({ length: width }, (_, i) => ({ name: `x${i}` }));
  return serializeModel(takeRows(parseModel(file), features).model);
}

export interface MlpShape {
  readonly sizes: readonly number[];
  readonly hidden: 'Relu' | 'Tanh' | 'Sigmoid';
  readonly head: 'Softmax' | 'Sigmoid' | 'none';
  /** Gemm layers, or MatMul and Add as Keras exports them. @default 'Gemm' */
  readonly layers?: 'Gemm' | 'MatMul';
}

/** A multilayer perceptron with weights W0, b0, W1, b1, … and output `y`. */
export function mlp({ sizes, hidden, head, layers = 'Gemm' }: MlpShape): Uint8Array {
  const builder = new GraphBuilder({ name: 'mlp' });
  let value = builder.input('x', 'float32', ['batch', sizes[0] ?? 1]);
  const last = sizes.length - 2;
  for (let layer = 0; layer <= last; layer++) {
    const [from = 1, to = 1] = sizes.slice(layer, layer + 2);
    const limit = Math.sqrt(6 / (from + to));
    builder.initializer(float32Tensor(`W${layer}`, [from, to], randomArray(from * to, layer + 1, limit)));
    builder.initializer(float32Tensor(`b${layer}`, [to], randomArray(to, layer + 100, 0.1)));
    const output = layer === last && head === 'none' ? 'y' : undefined;
    if (layers === 'Gemm') value = builder.node('Gemm', [value, `W${layer}`, `b${layer}`], {}, output);
    else value = builder.node('Add', [builder.node('MatMul', [value, `W${layer}`]), `b${layer}`], {}, output);
    if (layer < last) value = builder.node(hidden, [value]);
  }
  if (head !== 'none') value = builder.node(head, [value], head === 'Softmax' ? { axis: 1 } : {}, 'y');
  builder.output(value);
  return serializeModel(builder.build());
}

/** Rows around one centre per class, with class indices as labels. */
export function clusters(rows: number, width: number, classes: number, seed: number) {
  const next = generator(seed);
  const centres = Array.from({ length: classes }, () => Array.from({ length: width }, () => next()));
  const features = new Float32Array(rows * width);
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const label = Math.floor(((next() + 1) / 2) * classes);
    labels[row] = label;
    for (let i = 0; i < width; i++) features[row * width + i] = (centres[label]?.[i] ?? 0) + 0.5 * next();
  }
  return { rows, features, labels };
}
