import type { GraphBuilder } from '@driftloop/onnx';

/** A loss of every row and its derivative, as values of a graph. */
export interface RowLoss {
  /** [batch] */
  readonly value: string;
  /** [batch, K]: derivative of each row's loss by that row's logits. */
  readonly gradient: string;
}

/** Emits a row loss from logits and targets, both [batch, K]. */
export type EmitRowLoss = (builder: GraphBuilder, logits: string, targets: string, width: number) => RowLoss;

/** Mean over the K outputs of a row: [batch, K] → [batch]. */
export function rowMean(builder: GraphBuilder, value: string, width: number): string {
  const sum = builder.node('ReduceSum', [value, builder.int([1])], { keepdims: 0 });
  return width === 1 ? sum : builder.node('Mul', [sum, builder.float(1 / width)]);
}
