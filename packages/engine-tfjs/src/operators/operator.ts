import { DriftloopError } from '@driftloop/errors';
import { type NodeProto, nodeLabel } from '@driftloop/onnx';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../backend.ts';

/** What an operator is given. Integers of any width are int32 tensors. */
export interface OperatorContext {
  readonly tf: TensorFlow;
  readonly node: NodeProto;
  /** By position; undefined where an optional input is absent. */
  readonly inputs: readonly (Tensor | undefined)[];
}

/** Computes a node's outputs, in order. */
export type Operator = (context: OperatorContext) => Tensor | readonly Tensor[];

/** A required input. */
export function input({ node, inputs }: OperatorContext, index: number): Tensor {
  const tensor = inputs[index];
  if (tensor === undefined)
    throw new DriftloopError('GRAPH_INVALID', `node ${nodeLabel(node)} has no input ${index}`);
  return tensor;
}

/** The values of a small integer input, such as axes; undefined when it is absent. */
export function integers({ inputs }: OperatorContext, index: number): number[] | undefined {
  const tensor = inputs[index];
  return tensor && Array.from(tensor.dataSync());
}

/** The error for a form of an operator that is not here. */
export function notHere({ node }: OperatorContext, what: string): DriftloopError {
  return new DriftloopError(
    'OPERATOR_UNSUPPORTED',
    `node ${nodeLabel(node)}: ${what} is not in engine-tfjs; use engine-ort`,
  );
}
