import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { DriftloopError } from '@driftloop/errors';
import { nodeLabel } from './attribute.ts';
import { elementTypeOf } from './element-type.ts';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type ValueInfoProto,
} from './generated/onnx_pb.js';
import { nodesWithin } from './subgraphs.ts';
import type { Dim, TensorInfo } from './tensor-info.ts';

/** The opset that graphs are written in unless they need a later one. */
export const WRITTEN_OPSET = 17;

/** Reads an ONNX file. Throws MODEL_INVALID when it is not one, or has no graph. */
export function parseModel(bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    // A plain view: parts of a Buffer would be Buffers, whose slice() does not copy.
    model = fromBinary(ModelProtoSchema, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (cause) {
    throw new DriftloopError('MODEL_INVALID', `not an ONNX file (${bytes.length} bytes)`, { cause });
  }
  if (model.graph === undefined || model.graph.output.length === 0) {
    throw new DriftloopError('MODEL_INVALID', 'the ONNX file has no graph with outputs');
  }
  return model;
}

export function serializeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

/** The graph of a parsed model. Throws MODEL_INVALID when there is none. */
export function graphOf(model: ModelProto): GraphProto {
  if (model.graph === undefined) throw new DriftloopError('MODEL_INVALID', 'the ONNX file has no graph');
  return model.graph;
}

/** The version of the default operator set that a model imports; undefined when it imports none. */
export function importedOpset(model: ModelProto): number | undefined {
  const entry = model.opsetImport.find((opset) => isDefaultDomain(opset.domain));
  return entry && Number(entry.version);
}

/**
 * The version of the default operator set that a model's nodes are written in. A model without such
 * nodes needs to import none, and is of any: what is written here then.
 *
 * @throws DriftloopError MODEL_INVALID when it has such nodes and does not say
 */
export function opsetOf(model: ModelProto): number {
  const opset = importedOpset(model);
  if (opset !== undefined) return opset;
  const node = model.graph && nodesWithin(model.graph).find(({ domain }) => isDefaultDomain(domain));
  if (node === undefined) return WRITTEN_OPSET;
  throw new DriftloopError(
    'MODEL_INVALID',
    `the model does not say of which ONNX opset node ${nodeLabel(node)} is; export it again with opset ${WRITTEN_OPSET}`,
  );
}

function isDefaultDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

/**
 * Graph inputs that are fed, that is, without those that only name an initializer (files before IR
 * version 4).
 */
export function fedInputs(graph: GraphProto): ValueInfoProto[] {
  const initializers = new Set(graph.initializer.map((tensor) => tensor.name));
  return graph.input.filter((input) => !initializers.has(input.name));
}

/**
 * Type and dims of a declared tensor value; dims is undefined when the rank is not declared. Not
 * for sequences and maps.
 */
export function declaredInfo(value: ValueInfoProto): TensorInfo | undefined {
  const type = value.type?.value;
  if (type?.case !== 'tensorType') return undefined;
  const dims = type.value.shape?.dim.map((dim, axis): Dim => {
    if (dim.value.case === 'dimValue') return Number(dim.value.value);
    // A dimension without a name is its own unknown: two of them need not be equal.
    return (dim.value.case === 'dimParam' && dim.value.value) || `${value.name}_dim${axis}`;
  });
  const elementType = elementTypeOf(type.value.elemType, `value ${value.name}`);
  return dims === undefined ? { type: elementType } : { type: elementType, dims };
}
