import type { NodeProto } from '../generated/onnx_pb.js';
import type { Dim, TensorInfo } from '../tensor-info.ts';
import type { FreshDim } from './dims.ts';

/** What a rule sees of the node it infers. */
export interface ShapeContext {
  readonly node: NodeProto;
  /** By position; undefined where an optional input is absent or nothing is known. */
  readonly inputs: readonly (TensorInfo | undefined)[];
  readonly fresh: FreshDim;
}

/**
 * Infers a node's outputs; undefined where nothing can be told. Throws GRAPH_INVALID when the
 * inputs do not fit the operator.
 */
export type ShapeRule = (context: ShapeContext) => (TensorInfo | undefined)[];

/** The integers of an input that is known in full, or undefined. */
export function knownIntegers(info: TensorInfo | undefined): number[] | undefined {
  const value = info?.value;
  if (value === undefined || value.some((element) => typeof element === 'string')) return undefined;
  return value.map(Number);
}

/** A TensorInfo without undefined members, which exactOptionalPropertyTypes asks for. */
export function tensorInfo(
  type: TensorInfo['type'],
  dims: readonly Dim[] | undefined,
  value?: readonly Dim[],
): TensorInfo {
  return { type, ...(dims && { dims }), ...(value && { value }) };
}
