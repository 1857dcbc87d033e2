import { create } from '@bufbuild/protobuf';
import { DriftloopError } from '@driftloop/errors';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from './generated/onnx_pb.js';

/**
 * A value for a node's attribute. ONNX tells integers from floats, so a float attribute is written
 * `{ float: 1 }`.
 */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: TensorProto }
  | { readonly graph: GraphProto };

export type Attributes = Readonly<Record<string, AttributeValue>>;

const text = new TextEncoder();

/** An AttributeProto; plain numbers are integers. */
export function createAttribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: text.encode(value) });
  }
  if ('float' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  if ('floats' in value) {
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value.floats] });
  }
  if ('strings' in value) {
    const strings = value.strings.map((one) => text.encode(one));
    return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings });
  }
  if ('tensor' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: value.tensor });
  if ('graph' in value)
    return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: value.graph });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

/** An integer attribute, or the default that the operator's specification gives. */
export function intAttribute(node: NodeProto, name: string, fallback: number): number {
  const attribute = find(node, name, AttributeType.INT);
  return attribute === undefined ? fallback : Number(attribute.i);
}

export function floatAttribute(node: NodeProto, name: string, fallback: number): number {
  return find(node, name, AttributeType.FLOAT)?.f ?? fallback;
}

export function stringAttribute(node: NodeProto, name: string, fallback: string): string {
  const bytes = find(node, name, AttributeType.STRING)?.s;
  return bytes === undefined ? fallback : new TextDecoder().decode(bytes);
}

/** A list of integers, or undefined when the node does not have it. */
export function intsAttribute(node: NodeProto, name: string): number[] | undefined {
  return find(node, name, AttributeType.INTS)?.ints.map(Number);
}

export function floatsAttribute(node: NodeProto, name: string): number[] | undefined {
  const attribute = find(node, name, AttributeType.FLOATS);
  return attribute === undefined ? undefined : [...attribute.floats];
}

/** A list of strings, or undefined when the node does not have it. */
export function stringsAttribute(node: NodeProto, name: string): string[] | undefined {
  const decoder = new TextDecoder();
  return find(node, name, AttributeType.STRINGS)?.strings.map((bytes) => decoder.decode(bytes));
}

export function tensorAttribute(node: NodeProto, name: string): TensorProto | undefined {
  return find(node, name, AttributeType.TENSOR)?.t;
}

function find(node: NodeProto, name: string, type: AttributeType): AttributeProto | undefined {
  const attribute = node.attribute.find((candidate) => candidate.name === name);
  // Files before IR version 4 may leave the type out.
  if (attribute === undefined || attribute.type === type || !attribute.type) return attribute;
  throw new DriftloopError(
    'MODEL_INVALID',
    `node ${nodeLabel(node)}: attribute ${name} is ${AttributeType[attribute.type]}, expected ${AttributeType[type]}`,
  );
}

/** How messages name a node: its name, or its first output, and its operator. */
export function nodeLabel(node: NodeProto): string {
  const domain = node.domain === '' ? '' : `${node.domain}.`;
  return `${node.name || node.output[0] || '(unnamed)'} (${domain}${node.opType})`;
}
