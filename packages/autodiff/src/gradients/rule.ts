import type { GraphBuilder, NodeProto } from '@driftloop/onnx';

/**
 * What a gradient rule works with. Values are names in the builder; types and dims are asked from
 * it.
 */
export interface GradientContext {
  readonly builder: GraphBuilder;
  readonly node: NodeProto;
  /**
   * Gradients of the loss by the node's outputs; undefined for outputs that the loss does not
   * depend on.
   */
  readonly gradients: readonly (string | undefined)[];
  /** Whether the gradient by input i is wanted; rules skip the others. */
  needs(input: number): boolean;
}

/** Emits the gradients by a node's inputs, by position; undefined where none is wanted. */
export type GradientRule = (context: GradientContext) => (string | undefined)[];

/** The name of an input that the operator requires. */
export function inputOf(node: NodeProto, index: number): string {
  return node.input[index] ?? '';
}

export function outputOf(node: NodeProto, index = 0): string {
  return node.output[index] ?? '';
}

/**
 * A rule for operators with one input, whose gradient is a function of the first output's gradient.
 */
export function unaryRule(emit: (context: GradientContext, gradient: string) => string): GradientRule {
  return (context) => {
    const [gradient] = context.gradients;
    return [gradient !== undefined && context.needs(0) ? emit(context, gradient) : undefined];
  };
}
