import assert from 'node:assert/strict';
import { createOrtEngine } from '@driftloop/engine-ort';
import {
  type Attributes,
  createNode,
  type Dim,
  elementCount,
  GraphBuilder,
  serializeModel,
} from '@driftloop/onnx';
import { emitBackward } from '../src/backward.ts';
import { type EngineSession, type EngineTensor, float32 } from '../src/engine.ts';
import { appendForTraining, type ForwardMode } from '../src/forward/append-for-training.ts';

/** An input of the graph under test. */
export interface CheckedInput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
  /** Dims as the graph declares them, e.g. with symbols. @default dims */
  readonly declared?: readonly Dim[];
}

export interface GradientCheck {
  readonly inputs: Readonly<Record<string, CheckedInput>>;
  /** Fed but not differentiated. */
  readonly indices?: Readonly<Record<string, { dims: readonly number[]; data: BigInt64Array }>>;
  /** Adds nodes and returns the value whose gradients are checked. */
  build(emit: Emit, builder: GraphBuilder): string;
  readonly opset?: number;
  readonly mode?: ForwardMode;
  /** Largest |gradient − difference| / (1 + |difference|). @default 2e-3 */
  readonly tolerance?: number;
}

/** Adds a node as a model would have it. */
export type Emit = (
  operator: string,
  inputs: readonly string[],
  attributes?: Attributes,
  outputs?: number,
) => string;

const engine = createOrtEngine();
const STEP = 0.02;

/**
 * Compares the emitted gradients of Σ weightᵢ·yᵢ, weights fixed and uneven, with central
 * differences of the graph on ONNX Runtime, extrapolated once (Richardson) so that a step large
 * enough for float32 leaves an error of its fourth power.
 */
export async function checkGradients(check: GradientCheck): Promise<void> {
  const builder = new GraphBuilder({ name: 'check', opset: check.opset ?? 17 });
  for (const [name, { dims, declared }] of Object.entries(check.inputs))
    builder.input(name, 'float32', declared ?? dims);
  for (const [name, { dims }] of Object.entries(check.indices ?? {})) builder.input(name, 'int64', dims);
  const emit: Emit = (operator, inputs, attributes = {}, outputs = 1) => {
    const names = Array.from({ length: outputs }, () => builder.unique(operator));
    const mode = check.mode ?? { dropout: false, batchStatistics: false };
    appendForTraining(builder, createNode(operator, inputs, names, attributes), mode);
    return names[0] ?? '';
  };
  const y = builder.output(builder.node('Identity', [check.build(emit, builder)], {}, 'y'));
  const forwardNodes = builder.nodesSoFar;
  const forward = await engine.load(serializeModel(builder.build()));
  const seeded = builder.input('seed', 'float32', builder.dims(y));
  const names = Object.keys(check.inputs);
  const gradients = emitBackward(builder, forwardNodes, new Map([[y, seeded]]), names);
  for (const [name, gradient] of gradients)
    builder.output(builder.node('Identity', [gradient], {}, `d_${name}`));
  const backward = await engine.load(serializeModel(builder.build()));
  try {
    await compare(check, builder.dims(y), forward, backward);
  } finally {
    await forward.release();
    await backward.release();
  }
}

async function compare(
  check: GradientCheck,
  inferred: readonly Dim[],
  forward: EngineSession,
  backward: EngineSession,
): Promise<void> {
  const feeds: Record<string, EngineTensor> = {};
  for (const [name, { dims, data }] of Object.entries(check.inputs)) feeds[name] = float32(data, dims);
  for (const [name, { dims, data }] of Object.entries(check.indices ?? {}))
    feeds[name] = { type: 'int64', dims, data };
  const output = async () => {
    const y = (await forward.run(feeds)).y;
    assert.ok(y?.type === 'float32');
    return y;
  };
  const y = await output();
  const known = inferred.map((dim, axis) => (typeof dim === 'number' ? dim : y.dims[axis]));
  assert.deepEqual(known, [...y.dims], `inferred shape [${inferred}]`);
  const weights = Float32Array.from(y.data, (_, i) => Math.cos(i + 0.3));
  const loss = async () => {
    const { data } = await output();
    return data.reduce((total, value, i) => total + value * (weights[i] ?? 0), 0);
  };
  const results = await backward.run({ ...feeds, seed: float32(weights, y.dims) });
  for (const [name, { dims, data }] of Object.entries(check.inputs)) {
    const gradient = results[`d_${name}`];
    assert.ok(gradient?.type === 'float32', `gradient by ${name}`);
    assert.deepEqual([...gradient.dims], [...dims], `shape of the gradient by ${name}`);
    for (const index of indicesToCheck(data.length)) {
      const value = data[index] ?? 0;
      const difference = async (step: number) => {
        data[index] = value + step;
        const above = await loss();
        data[index] = value - step;
        const below = await loss();
        data[index] = value;
        return (above - below) / (2 * step);
      };
      const expected = (4 * (await difference(STEP / 2)) - (await difference(STEP))) / 3;
      const actual = gradient.data[index] ?? Number.NaN;
      const error = Math.abs(actual - expected) / (1 + Math.abs(expected));
      assert.ok(
        error <= (check.tolerance ?? 2e-3),
        `d/d${name}[${index}] is ${actual}, differences say ${expected}`,
      );
    }
  }
}

/** All elements of small tensors, an even selection of large ones. */
function indicesToCheck(length: number): number[] {
  const count = Math.min(length, 24);
  return Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
}

/**
 * Values for an input: all distinct, in shuffled order, three steps or more apart and not within a
 * step of 0, so that no difference crosses a kink of Relu, Abs or MaxPool. Between -1.5 and 1.5, or
 * from `low` upwards when that is above 0; wider for many elements.
 */
export function spread(dims: readonly number[], seed = 1, low = -1.5): CheckedInput {
  const size = elementCount(dims);
  const gap = Math.max(3 / size, 3 * STEP);
  const first = low > 0 ? low + gap / 2 : (0.5 - Math.floor(size / 2)) * gap;
  const order = shuffled(size, seed);
  return { dims, data: Float32Array.from(order, (place) => first + place * gap) };
}

function shuffled(size: number, seed: number): number[] {
  let state = Math.imul(seed, 2654435761) >>> 0;
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = (state >>> 8) % (i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
