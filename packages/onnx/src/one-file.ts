import { DriftloopError } from '@driftloop/errors';
import { externalTensors } from './external-data.ts';
import type { ModelProto } from './generated/onnx_pb.js';

/**
 * Refuses a model some of whose tensors lie in other files: a version is one file.
 * @throws DriftloopError MODEL_INVALID saying which and what to do
 */
export function requireOneFile(model: ModelProto): void {
  const tensors = externalTensors(model);
  const [first] = tensors;
  if (first === undefined) return;
  const others = tensors.length > 1 ? ` and ${tensors.length - 1} more` : '';
  throw new DriftloopError(
    'MODEL_INVALID',
    `tensor ${first.name || '(unnamed)'}${others} lies outside the file, in ${first.location || 'another one'}; save the model as one file: ` +
      `onnx.save_model(onnx.load('model.onnx'), 'one-file.onnx', save_as_external_data=False)`,
  );
}
