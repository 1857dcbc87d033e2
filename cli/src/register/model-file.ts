import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { packOneFile } from '@driftloop/onnx';
import { mlflowModelFile } from './mlflow-folder.ts';

/**
 * Reads an ONNX file, or that of an MLflow model folder; weights that lie in files beside it
 * (`model.onnx.data`) are put in.
 *
 * @throws DriftloopError REQUEST_INVALID when it cannot be read, MODEL_INVALID when it is none, or
 *   names a file outside its folder
 */
export function readModelFile(given: string): Uint8Array {
  const path = mlflowModelFile(given) ?? given;
  return packOneFile(read(path), (location) => {
    if (location === '' || isAbsolute(location) || normalize(location).startsWith('..'))
      throw new DriftloopError(
        'MODEL_INVALID',
        `the model has weights in '${location}', outside its folder; put the file beside it and export it again`,
      );
    try {
      return readFileSync(join(dirname(path), location));
    } catch {
      // Told later, where the weights are needed.
      return undefined;
    }
  });
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `${path} cannot be read: ${(cause as Error).message}`;
    throw new DriftloopError('REQUEST_INVALID', message, { cause });
  }
}
