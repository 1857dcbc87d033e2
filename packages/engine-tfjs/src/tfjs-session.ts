import type { EngineSession, EngineTensor, LoadOptions, RunOptions } from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { fedInputs, graphOf, type ModelProto, type NodeProto, nodeLabel } from '@driftloop/onnx';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './backend.ts';
import { OPERATORS } from './operators/index.ts';
import type { Operator } from './operators/operator.ts';
import { constantTensor } from './operators/shape.ts';
import { TfjsState } from './tfjs-state.ts';

/** A graph that is interpreted node by node. */
export class TfjsSession implements EngineSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #tf: TensorFlow;
  readonly #steps: readonly { readonly node: NodeProto; readonly operator: Operator }[];
  readonly #constants: ReadonlyMap<string, Tensor>;
  readonly #updates: readonly (readonly [entry: string, output: string])[];

  /**
   * Throws OPERATOR_UNSUPPORTED, naming the node, for an operator that the engine does not have.
   */
  constructor(tf: TensorFlow, model: ModelProto, options: LoadOptions) {
    const graph = graphOf(model);
    this.#tf = tf;
    this.#steps = graph.node.map((node) => ({ node, operator: operatorOf(node) }));
    this.#constants = new Map(graph.initializer.map((tensor) => [tensor.name, constantTensor(tf, tensor)]));
    this.#updates = Object.entries(options.updates ?? {});
    this.inputs = fedInputs(graph).map(({ name }) => name);
    this.outputs = graph.output.map(({ name }) => name);
  }

  async run(
    feeds: Readonly<Record<string, EngineTensor>>,
    options: RunOptions = {},
  ): Promise<Record<string, EngineTensor>> {
    const state = this.#stateOf(options);
    const updated = new Set(this.#updates.map(([, output]) => output));
    const fetches = options.fetches ?? this.outputs.filter((name) => !updated.has(name));
    const unknown = fetches.find((name) => !this.outputs.includes(name));
    if (unknown !== undefined)
      throw new DriftloopError(
        'GRAPH_INVALID',
        `the graph has no output ${unknown}; it has ${this.outputs.join(', ')}`,
      );
    const results = this.#tf.tidy(() => this.#compute(feeds, state, [...fetches, ...updated]));
    for (const [entry, output] of this.#updates) {
      const tensor = results[output];
      if (tensor) state?.replace(entry, tensor);
    }
    const fetched: Record<string, EngineTensor> = {};
    for (const name of fetches) {
      const tensor = results[name];
      if (tensor === undefined) continue;
      fetched[name] = await hostTensor(tensor);
      tensor.dispose();
    }
    return fetched;
  }

  async release(): Promise<void> {
    for (const tensor of this.#constants.values()) tensor.dispose();
  }

  #compute(
    feeds: Readonly<Record<string, EngineTensor>>,
    state: TfjsState | undefined,
    wanted: readonly string[],
  ): Record<string, Tensor> {
    const tf = this.#tf;
    const values = new Map<string, Tensor>(this.#constants);
    for (const name of this.inputs) {
      const fed = feeds[name];
      if (fed) values.set(name, deviceTensor(tf, name, fed));
      else if (state?.has(name)) values.set(name, state.tensor(name));
      else
        throw new DriftloopError(
          'GRAPH_INVALID',
          `input ${name} is not fed; the graph reads ${this.inputs.join(', ')}`,
        );
    }
    for (const { node, operator } of this.#steps) {
      const inputs = node.input.map((name) => (name === '' ? undefined : values.get(name)));
      const outputs = compute(tf, node, operator, inputs);
      node.output.forEach((name, i) => {
        const tensor = outputs[i];
        if (name !== '' && tensor !== undefined) values.set(name, tensor);
      });
    }
    // Copies: what is returned must neither be a constant nor the state itself.
    return Object.fromEntries(
      wanted.map((name) => [name, tf.clone(values.get(name) ?? tf.scalar(Number.NaN))]),
    );
  }

  #stateOf({ state }: RunOptions): TfjsState | undefined {
    if (state === undefined && this.#updates.length > 0)
      throw new DriftloopError('GRAPH_INVALID', 'this session updates state, but the run was given none');
    if (state === undefined || state instanceof TfjsState) return state;
    throw new DriftloopError('GRAPH_INVALID', 'the state was created by another engine');
  }
}

function operatorOf(node: NodeProto): Operator {
  const operator = node.domain === '' || node.domain === 'ai.onnx' ? OPERATORS.get(node.opType) : undefined;
  if (operator !== undefined) return operator;
  throw new DriftloopError(
    'OPERATOR_UNSUPPORTED',
    `node ${nodeLabel(node)} is not in engine-tfjs, which has ${[...OPERATORS.keys()].sort().join(', ')}; use engine-ort`,
  );
}

function compute(
  tf: TensorFlow,
  node: NodeProto,
  operator: Operator,
  inputs: readonly (Tensor | undefined)[],
): readonly Tensor[] {
  try {
    const result = operator({ tf, node, inputs });
    return 'dataId' in result ? [result] : result;
  } catch (cause) {
    if (cause instanceof DriftloopError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DriftloopError('GRAPH_INVALID', `node ${nodeLabel(node)} failed: ${message.split('\n')[0]}`, {
      cause,
    });
  }
}

function deviceTensor(tf: TensorFlow, name: string, { type, dims, data }: EngineTensor): Tensor {
  try {
    // A copy: the CPU backends keep the array that they are given, and callers use theirs again.
    if (type === 'float32') return tf.tensor(data.slice(), [...dims], 'float32');
    return tf.tensor(Int32Array.from(data, Number), [...dims], 'int32');
  } catch (cause) {
    throw new DriftloopError('GRAPH_INVALID', `input ${name}: ${data.length} values do not fill [${dims}]`, {
      cause,
    });
  }
}

async function hostTensor(tensor: Tensor): Promise<EngineTensor> {
  const dims = [...tensor.shape];
  const values = await tensor.data();
  if (tensor.dtype === 'int32') return { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
  return { type: 'float32', dims, data: Float32Array.from(values) };
}
