import { DriftloopError } from '@driftloop/errors';
import { BATCH, type ForwardGraph } from '../forward/forward-graph.ts';
import type { Loss } from '../training-options.ts';
import { OUTPUTS } from './names.ts';

/**
 * Emits the logits as [batch, K] under their fixed name: a vector of one output per row becomes a
 * column, and one logit of scikit-learn's binary form becomes the two of a softmax. Throws
 * GRAPH_INVALID when the model's end does not fit the loss.
 */
export function emitLogits({ builder, head }: ForwardGraph, loss: Loss): string {
  checkHead(head.activation, loss);
  const dims = builder.dims(head.logits);
  const [batch, width, ...more] = dims;
  if (batch !== BATCH || more.length > 0) {
    const hint =
      'export the model with a batch dimension that is free and comes first, and one row of outputs per row';
    throw new DriftloopError('GRAPH_INVALID', `output ${head.output} has logits of shape [${dims}]; ${hint}`);
  }
  const isPair = head.activation === 'sigmoidPair' && loss === 'softmaxCrossEntropy';
  if (isPair) {
    const zero = builder.node('Mul', [head.logits, builder.float(0)]);
    return builder.node('Concat', [zero, head.logits], { axis: 1 }, OUTPUTS.logits);
  }
  if (width === undefined)
    return builder.node('Unsqueeze', [head.logits, builder.int([1])], {}, OUTPUTS.logits);
  return builder.node('Identity', [head.logits], {}, OUTPUTS.logits);
}

function checkHead(activation: ForwardGraph['head']['activation'], loss: Loss): void {
  if (loss === 'softmaxCrossEntropy' && activation === 'sigmoid') {
    throw new DriftloopError('GRAPH_INVALID', 'the model ends in Sigmoid; train it with sigmoidCrossEntropy');
  }
  if (loss === 'sigmoidCrossEntropy' && (activation === 'softmax' || activation === 'logSoftmax')) {
    throw new DriftloopError('GRAPH_INVALID', 'the model ends in Softmax; train it with softmaxCrossEntropy');
  }
}
