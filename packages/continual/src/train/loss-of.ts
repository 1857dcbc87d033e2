import { findHead, type Loss } from '@driftloop/autodiff';
import { parseModel } from '@driftloop/onnx';
import type { ModelTask } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';

/**
 * The loss that fits a task and the end of a model: a lone sigmoid is trained by its logistic loss,
 * class scores by softmax cross-entropy.
 */
export function lossOf(model: Uint8Array, task: ModelTask): Loss {
  if (!hasClasses(task)) return 'squaredError';
  return findHead(parseModel(model)).activation === 'sigmoid' ? 'sigmoidCrossEntropy' : 'softmaxCrossEntropy';
}
