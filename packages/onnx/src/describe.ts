import type { ElementType } from './element-type.ts';
import type { ValueInfoProto } from './generated/onnx_pb.js';
import { declaredInfo, fedInputs, graphOf, opsetOf, parseModel } from './model.ts';
import { elementCount, tensorDims, tensorType } from './tensor.ts';
import type { Dim } from './tensor-info.ts';

export interface ValueDescription {
  readonly name: string;
  /** 'other' for sequences and maps. */
  readonly type: ElementType | 'other';
  /** Undefined when the rank is not declared. */
  readonly dims: readonly Dim[] | undefined;
}

/** What an ONNX file holds, without running it. */
export interface ModelDescription {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly opset: number;
  readonly irVersion: number;
  readonly producer: string;
  /** Float initializers, whether trained or constant. */
  readonly parameters: readonly {
    readonly name: string;
    readonly dims: readonly number[];
    readonly size: number;
  }[];
  /** Values in all of `parameters`. */
  readonly parameterCount: number;
  /** How many nodes there are of each operator, e.g. { Gemm: 3, Relu: 2 }. */
  readonly operators: Readonly<Record<string, number>>;
}

/** Describes an ONNX file. Throws MODEL_INVALID when it is not one. */
export function describeModel(bytes: Uint8Array): ModelDescription {
  const model = parseModel(bytes);
  const graph = graphOf(model);
  const parameters = graph.initializer
    .filter((tensor) => tensorType(tensor).startsWith('float'))
    .map((tensor) => ({
      name: tensor.name,
      dims: tensorDims(tensor),
      size: elementCount(tensorDims(tensor)),
    }));
  const operators: Record<string, number> = {};
  for (const node of graph.node) {
    const operator = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`;
    operators[operator] = (operators[operator] ?? 0) + 1;
  }
  return {
    inputs: fedInputs(graph).map(describeValue),
    outputs: graph.output.map(describeValue),
    opset: opsetOf(model),
    irVersion: Number(model.irVersion),
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    parameters,
    parameterCount: parameters.reduce((total, parameter) => total + parameter.size, 0),
    operators,
  };
}

function describeValue(value: ValueInfoProto): ValueDescription {
  const info = declaredInfo(value);
  return { name: value.name, type: info?.type ?? 'other', dims: info?.dims };
}
