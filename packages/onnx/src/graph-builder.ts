import { create } from '@bufbuild/protobuf';
import { DriftloopError } from '@driftloop/errors';
import { type Attributes, createAttribute, nodeLabel } from './attribute.ts';
import { dataTypeOf, type ElementType } from './element-type.ts';
import {
  type FunctionProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { constantInfo } from './shapes/create.ts';
import { inferNode } from './shapes/infer.ts';
import { nodesWithin, readsOf, subgraphsOf } from './subgraphs.ts';
import { float32Tensor, int64Tensor, tensorDims, tensorType } from './tensor.ts';
import type { Dim, TensorInfo } from './tensor-info.ts';

export interface GraphBuilderOptions {
  readonly name: string;
  /** Version of the default operator set. @default 17 */
  readonly opset?: number;
  /** Versions of other operator sets, by domain. */
  readonly domains?: Readonly<Record<string, number>>;
  /** Functions that nodes may call by their domain and name. @default none */
  readonly functions?: readonly FunctionProto[];
}

/**
 * ONNX IR 8 goes with opset 17 and is read by every ONNX Runtime since 1.12; later opsets need
 * later IRs.
 */
function irVersionFor(opset: number): bigint {
  if (opset >= 21) return 10n;
  return opset >= 19 ? 9n : 8n;
}

/**
 * Builds an ONNX graph value by value. Values are names; every one is created before it is used, so
 * nodes come out in an order that runs. Types and dims of all values are inferred as they are made
 * and can be asked for.
 */
export class GraphBuilder {
  readonly #options: GraphBuilderOptions;
  readonly #infos = new Map<string, TensorInfo | undefined>();
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  /** What would be lost if it were not declared again. */
  readonly #assumed = new Map<string, TensorInfo>();
  readonly #initializers = new Map<string, TensorProto>();
  readonly #shared = new Map<string, string>();
  readonly #nodes: NodeProto[] = [];
  readonly #reserved = new Set<string>();
  #counter = 0;

  constructor(options: GraphBuilderOptions) {
    this.#options = options;
  }

  get opset(): number {
    return this.#options.opset ?? 17;
  }

  /**
   * Declares a graph input. A dim may be a symbol such as 'batch'; without dims any shape may be
   * fed. Returns its name.
   */
  input(name: string, type: ElementType, dims?: readonly Dim[]): string {
    const info: TensorInfo = dims === undefined ? { type } : { type, dims };
    this.#define(name, info);
    this.#inputs.push(createValueInfo(name, info));
    return name;
  }

  /** Adds an initializer under its own name. */
  initializer(tensor: TensorProto): string {
    this.#define(tensor.name, constantInfo(tensor));
    this.#initializers.set(tensor.name, tensor);
    return tensor.name;
  }

  /**
   * A float constant, made once per value.
   * @param dims default: a scalar, or a vector when `values` is a list
   */
  float(values: number | readonly number[], dims?: readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const shape = dims ?? (typeof values === 'number' ? [] : [list.length]);
    return this.#constant(`float:${shape}:${list}`, (name) =>
      float32Tensor(name, shape, Float32Array.from(list)),
    );
  }

  /** An int64 constant, made once per value: a scalar for a number, a vector for a list. */
  int(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const shape = typeof values === 'number' ? [] : [list.length];
    return this.#constant(`int:${shape}:${list}`, (name) => int64Tensor(name, list, shape));
  }

  /** A value that is made at its first use and shared by all with the same key. */
  once(key: string, make: () => string): string {
    const existing = this.#shared.get(key);
    if (existing !== undefined) return existing;
    const value = make();
    this.#shared.set(key, value);
    return value;
  }

  /**
   * Adds a node with one output and returns the output's name. '' stands for an absent optional
   * input.
   */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    return this.nodes(operator, inputs, attributes, [output ?? this.unique(operator)])[0] ?? '';
  }

  /** Adds a node with several outputs: names for them, or how many. */
  nodes(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    outputs: number | readonly string[],
    domain = '',
  ): string[] {
    const names =
      typeof outputs === 'number'
        ? Array.from({ length: outputs }, () => this.unique(operator))
        : [...outputs];
    this.append(createNode(operator, inputs, names, attributes, domain));
    return names;
  }

  /**
   * Adds a node as it is. Throws GRAPH_INVALID when an input does not exist yet, does not fit, or
   * an output exists already.
   */
  append(node: NodeProto): void {
    for (const input of readsOf(node)) {
      if (input !== '' && !this.#infos.has(input)) {
        throw new DriftloopError(
          'GRAPH_INVALID',
          `node ${nodeLabel(node)} reads ${input}, which nothing before it makes`,
        );
      }
    }
    const inputs = node.input.map((name) => this.#infos.get(name));
    const infos = inferNode(node, inputs, () => this.unique('dim'));
    node.output.forEach((name, i) => {
      if (name !== '') this.#define(name, infos[i]);
    });
    this.#nodes.push(node);
  }

  /** Declares a value as graph output. Its type must be known. */
  output(name: string): string {
    this.#outputs.push(createValueInfo(name, this.info(name)));
    return name;
  }

  /** The nodes added so far, in running order. */
  get nodesSoFar(): readonly NodeProto[] {
    return [...this.#nodes];
  }

  /** Initializers of float32 with their dims. */
  get floats(): ReadonlyMap<string, readonly number[]> {
    const floats = [...this.#initializers.values()].filter((tensor) => tensorType(tensor) === 'float32');
    return new Map(floats.map((tensor) => [tensor.name, tensorDims(tensor)]));
  }

  has(name: string): boolean {
    return this.#infos.has(name);
  }

  /**
   * Type and dims of a value; undefined dims when the rank is unknown. Throws GRAPH_INVALID when
   * nothing is known.
   */
  info(name: string): TensorInfo {
    const info = this.#infos.get(name);
    if (info === undefined)
      throw new DriftloopError(
        'GRAPH_INVALID',
        `type and shape of value ${name} are not known; export the model with its shapes (onnx.shape_inference)`,
      );
    return info;
  }

  /** Like `info`, or undefined when nothing is known. */
  infoIfKnown(name: string): TensorInfo | undefined {
    return this.#infos.get(name);
  }

  /**
   * Adds knowledge from elsewhere (declared value_info) about a value that inference could not
   * tell.
   */
  assume(name: string, info: TensorInfo): void {
    const known = this.#infos.get(name);
    if (!this.#infos.has(name) || known?.dims !== undefined) return;
    this.#infos.set(name, info);
    this.#assumed.set(name, info);
  }

  /** Dims of a value. Throws GRAPH_INVALID when its rank is not known. */
  dims(name: string): readonly Dim[] {
    const { dims } = this.info(name);
    if (dims === undefined)
      throw new DriftloopError(
        'GRAPH_INVALID',
        `the rank of value ${name} is not known; export the model with its shapes (onnx.shape_inference)`,
      );
    return dims;
  }

  /** Keeps names free for values that are appended later under their own names. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#reserved.add(name);
  }

  /** A name that no value has. */
  unique(stem: string): string {
    let name: string;
    do name = `${stem}_${this.#counter++}`;
    while (this.#infos.has(name) || this.#reserved.has(name));
    return name;
  }

  build(): ModelProto {
    const { name, domains = {}, functions = [] } = this.#options;
    const inner = this.#nodes.flatMap(subgraphsOf).flatMap(nodesWithin);
    const used = new Set([...this.#nodes, ...inner].map((node) => node.domain));
    for (const { domain, opsetImport } of functions)
      for (const name of [domain, ...opsetImport.map((opset) => opset.domain)]) used.add(name);
    const opsets = Object.entries({ '': this.opset, ...domains });
    return create(ModelProtoSchema, {
      irVersion: irVersionFor(this.opset),
      producerName: 'driftloop',
      opsetImport: opsets
        .filter(([domain]) => domain === '' || used.has(domain))
        .map(([domain, version]) => create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) })),
      functions: [...functions],
      graph: create(GraphProtoSchema, {
        name,
        node: this.#nodes,
        initializer: [...this.#initializers.values()],
        input: this.#inputs,
        output: this.#outputs,
        valueInfo: [...this.#assumed]
          .filter(([value]) => !this.#outputs.some((output) => output.name === value))
          .map(([value, info]) => createValueInfo(value, info)),
      }),
    });
  }

  #constant(key: string, make: (name: string) => TensorProto): string {
    return this.once(key, () => this.initializer(make(this.unique('const'))));
  }

  #define(name: string, info: TensorInfo | undefined): void {
    if (this.#infos.has(name)) throw new DriftloopError('GRAPH_INVALID', `value ${name} is defined twice`);
    this.#infos.set(name, info);
  }
}

/** A NodeProto, named after its first output. */
export function createNode(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
  domain = '',
): NodeProto {
  return create(NodeProtoSchema, {
    opType: operator,
    domain,
    name: outputs[0] ?? operator,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => createAttribute(name, value)),
  });
}

/** A ValueInfoProto; without dims the rank is left open. */
export function createValueInfo(name: string, info: TensorInfo): ValueInfoProto {
  const dim = info.dims?.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof size === 'number'
          ? { case: 'dimValue', value: BigInt(size) }
          : { case: 'dimParam', value: size },
    }),
  );
  const tensorType = create(TypeProto_TensorSchema, {
    elemType: dataTypeOf(info.type),
    ...(dim && { shape: create(TensorShapeProtoSchema, { dim }) }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensorType } }),
  });
}
