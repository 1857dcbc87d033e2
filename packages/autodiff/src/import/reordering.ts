import { type GraphBuilder, intAttribute, type NodeProto } from '@driftloop/onnx';
import { findActivation } from '../forward/head.ts';
import type { FileContext } from './file-context.ts';

/**
 * A Gather that puts the probabilities of the output in another order, written before the
 * activation that makes them, where the losses look for logits: columns of a softmax, or the pair
 * [1 − σ(z), σ(z)], which is that of −z the other way round. False when the node is none.
 */
export function lowerReordering(builder: GraphBuilder, node: NodeProto, { output }: FileContext): boolean {
  const [probabilities = '', indices = ''] = node.input;
  if (node.opType !== 'Gather' || node.output[0] !== output || intAttribute(node, 'axis', 0) !== 1)
    return false;
  // In the graph that is written: classifiers of ai.onnx.ml have got their activations there.
  const written = builder.nodesSoFar.flatMap((one) => one.output.map((name) => [name, one] as const));
  const found = findActivation(probabilities, new Map(written));
  const order = builder.infoIfKnown(indices)?.value;
  if (found === undefined || order === undefined || builder.infoIfKnown(found.logits)?.dims?.length !== 2)
    return false;
  if (found.activation === 'softmax') {
    const logits = builder.node('Gather', [found.logits, indices], { axis: 1 });
    builder.node('Softmax', [logits], { axis: -1 }, output);
    return true;
  }
  if (found.activation !== 'sigmoidPair' || order.join() !== '1,0') return false;
  const second = builder.node('Sigmoid', [builder.node('Neg', [found.logits])]);
  const first = builder.node('Sub', [builder.float(1), second]);
  builder.node('Concat', [first, second], { axis: 1 }, output);
  return true;
}
