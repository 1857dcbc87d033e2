import { DriftloopError } from '@driftloop/errors';
import { externalEntry, externalTensors, tensorsOutside } from './external-data.ts';
import { type ModelProto, type TensorProto, TensorProto_DataLocation } from './generated/onnx_pb.js';
import { parseModel, serializeModel } from './model.ts';

/** What a file of Protocol Buffers, and so an ONNX file, can hold. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * An ONNX file with the values of its tensors that lie in other files (`model.onnx.data`). One that
 * has none is returned as it is; tensors whose file is not there stay outside.
 *
 * @param read the content of another file, by the name that the model has for it, relative to its
 *   own folder; undefined when there is none
 * @throws DriftloopError MODEL_INVALID when the bytes are no ONNX file, a tensor lies beyond the
 *   end of its file, or all together would be more than 2 GB
 */
export function packOneFile(
  bytes: Uint8Array,
  read: (location: string) => Uint8Array | undefined,
): Uint8Array {
  const model = parseModel(bytes);
  const outside = tensorsOutside(model);
  if (outside.length === 0) return bytes;
  const files = new Map<string, Uint8Array | undefined>();
  let sizeBytes = bytes.length;
  for (const tensor of outside) {
    const location = externalEntry(tensor, 'location') ?? '';
    if (!files.has(location)) files.set(location, read(location));
    const file = files.get(location);
    if (file === undefined) continue;
    // The model is this function's own.
    tensor.rawData = valuesIn(file, tensor, location);
    tensor.externalData = [];
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    sizeBytes += tensor.rawData.length;
  }
  if (sizeBytes > MOST_BYTES)
    throw new DriftloopError(
      'MODEL_INVALID',
      `the model takes ${(sizeBytes / 1e9).toFixed(1)} GB with the files beside it; a version is one file of at most 2 GB: export it with smaller weights (float16, int8)`,
    );
  return serializeModel(model);
}

function valuesIn(file: Uint8Array, tensor: TensorProto, location: string): Uint8Array {
  const offset = Number(externalEntry(tensor, 'offset') ?? 0);
  const length = Number(externalEntry(tensor, 'length') ?? file.length - offset);
  if (offset >= 0 && length >= 0 && offset + length <= file.length)
    return file.subarray(offset, offset + length);
  throw new DriftloopError(
    'MODEL_INVALID',
    `tensor ${tensor.name || '(unnamed)'} lies at bytes ${offset} to ${offset + length} of ${location}, which has ${file.length}; copy both files again from where the model was exported`,
  );
}

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
      `onnx.save_model(onnx.load('model.onnx'), 'one-file.onnx', save_as_external_data=False); or put that file beside it`,
  );
}
