import { type GraphBuilder, intAttribute, type NodeProto, nodeLabel } from '@driftloop/onnx';
import type { FileContext } from './file-context.ts';

/**
 * Scores below this count as this: its logarithm is finite, and no share is changed by it in
 * float32.
 */
const SMALLEST = 1e-30;

/**
 * x / Σx of positive scores, as one-against-rest classifiers end, written as softmax(log x), which
 * is the same: then the logarithms are logits, and the losses on classes apply.
 */
export function emitShare(builder: GraphBuilder, x: string, output: string): void {
  const logits = builder.node('Log', [builder.node('Clip', [x, builder.float(SMALLEST)])]);
  builder.node('Softmax', [logits], { axis: 1 }, output);
}

/**
 * Probabilities nearer to 0 and 1 than this count as this: a float32 cannot tell 1 from nearer
 * ones.
 */
const NEAREST = 6e-8;

/** Probabilities written as the sigmoid of their logits, log(p / (1 − p)). */
export function emitOdds(builder: GraphBuilder, p: string, output: string): void {
  const inside = builder.node('Clip', [p, builder.float(NEAREST), builder.float(1 - NEAREST)]);
  const rest = builder.node('Sub', [builder.float(1), inside]);
  const logits = builder.node('Sub', [builder.node('Log', [inside]), builder.node('Log', [rest])]);
  builder.node('Sigmoid', [logits], {}, output);
}

/**
 * A share for Div(x, ReduceSum(x)) where it makes the output from probabilities. False when the
 * node is none.
 */
export function lowerShare(builder: GraphBuilder, node: NodeProto, context: FileContext): boolean {
  const { output, producers, changes } = context;
  const [x = '', sum = ''] = node.input;
  if (node.opType !== 'Div' || node.output[0] !== output || !arePositive(x, producers)) return false;
  const summing = producers.get(sum);
  if (summing?.opType !== 'ReduceSum' || summing.input[0] !== x || intAttribute(summing, 'keepdims', 1) !== 1)
    return false;
  if (builder.infoIfKnown(x)?.dims?.length !== 2) return false;
  emitShare(builder, x, output);
  changes.add(`node ${nodeLabel(node)} is written as a softmax of logarithms`);
  return true;
}

/** Whether a value is made from nothing but probabilities. */
function arePositive(value: string, producers: ReadonlyMap<string, NodeProto>): boolean {
  const node = producers.get(value);
  switch (node?.opType) {
    case 'Sigmoid':
    case 'Softmax':
    case 'LinearClassifier':
      return true;
    case 'Concat':
      return node.input.every((input) => arePositive(input, producers));
    case 'Slice':
    case 'Identity':
    case 'Cast':
    case 'Reshape':
      return arePositive(node.input[0] ?? '', producers);
    default:
      return false;
  }
}
