import { dataTypeOf, type ElementType } from './element-type.ts';
import type { ValueInfoProto } from './generated/onnx_pb.js';
import { declaredInfo, fedInputs, graphOf, importedOpset, parseModel } from './model.ts';
import { elementCount, tensorDims } from './tensor.ts';
import type { Dim } from './tensor-info.ts';

export interface ValueDescription {
  readonly name: string;
  /** 'other' for sequences and maps; undefined where the file declares no type. */
  readonly type: ElementType | 'other' | undefined;
  /** Undefined when the rank is not declared. */
  readonly dims: readonly Dim[] | undefined;
}

/** What an ONNX file holds, without running it. */
export interface ModelDescription {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /** Of the default operator set; undefined when the file imports none. */
  readonly opset: number | undefined;
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

const FLOATS: ReadonlySet<number> = new Set(
  (['float32', 'float64', 'float16', 'bfloat16'] as const).map(dataTypeOf),
);

/** Describes an ONNX file. Throws MODEL_INVALID when it is not one. */
export function describeModel(bytes: Uint8Array): ModelDescription {
  const model = parseModel(bytes);
  const graph = graphOf(model);
  const parameters = graph.initializer
    .filter(({ dataType }) => FLOATS.has(dataType))
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
    opset: importedOpset(model),
    irVersion: Number(model.irVersion),
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    parameters,
    parameterCount: parameters.reduce((total, parameter) => total + parameter.size, 0),
    operators,
  };
}

/** What a file declares of an input or output. */
export function describeValue(value: ValueInfoProto): ValueDescription {
  const info = declaredInfo(value);
  return { name: value.name, type: info?.type ?? (value.type && 'other'), dims: info?.dims };
}
