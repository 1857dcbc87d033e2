import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DriftloopError, listed } from '@driftloop/errors';
import { parse } from 'yaml';
import { typed } from '../table/named-columns.ts';

/**
 * The ONNX file of an MLflow model folder: where the `onnx` flavor of its MLmodel says it is
 * (mlflow.org/docs/latest/ml/model: "data").
 *
 * @param path folder, or its MLmodel
 * @returns undefined for what is no such folder
 * @throws DriftloopError REQUEST_INVALID for a damaged MLmodel, and for one without that flavor,
 *   with how the model is converted
 */
export function mlflowModelFile(path: string): string | undefined {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? path : path.replace(/\/?MLmodel$/, '') || '.';
  const description = join(folder, 'MLmodel');
  if (!(isFolder || path.endsWith('MLmodel')) || !existsSync(description)) return undefined;
  const flavors = flavorsOf(description);
  if (!Object.hasOwn(flavors, 'onnx')) throw notOnnx(folder, flavors);
  const { data } = flavors.onnx as { data?: unknown };
  const file = typeof data === 'string' && data !== '' ? data : 'model.onnx';
  if (file.startsWith('/') || file.split('/').includes('..'))
    throw invalid(`${description} names a file outside its folder: '${file}'.`);
  const model = join(folder, file);
  // Some versions of MLflow name the folder of the file and its weights.
  return statSync(model, { throwIfNoEntry: false })?.isDirectory() ? join(model, 'model.onnx') : model;
}

type Flavors = Readonly<Record<string, unknown>>;

function flavorsOf(path: string): Flavors {
  let flavors: unknown;
  try {
    ({ flavors } = parse(readFileSync(path, 'utf8')) as { flavors?: unknown });
  } catch (cause) {
    throw new DriftloopError('REQUEST_INVALID', `${path} is no MLmodel: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (typeof flavors === 'object' && flavors !== null) return flavors as Flavors;
  throw invalid(`${path} is no MLmodel: it names no flavors.`);
}

function notOnnx(folder: string, flavors: Flavors): DriftloopError {
  const names = Object.keys(flavors).filter((name) => name !== 'python_function');
  const has = `${folder} is an MLflow model of ${listed(names) || 'a Python function alone'}, without an onnx flavor.`;
  return invalid(
    names.includes('sklearn')
      ? `${has} Convert it where its Python is, and give the file to --onnx (one input per column for tables with texts: docs/models.md):\n${sklearnCommand(folder)}`
      : `${has} Export it to ONNX where its Python is (docs/models.md says how for each framework), or log it by mlflow.onnx.log_model; or watch it where it is served: docs/beside.md.`,
  );
}

/** Run where mlflow, skl2onnx and the model's own packages are. */
function sklearnCommand(folder: string): string {
  const lines = [
    'import mlflow.sklearn, skl2onnx',
    'from skl2onnx.common.data_types import FloatTensorType',
    `model = mlflow.sklearn.load_model("${folder}")`,
    'columns = [("X", FloatTensorType([None, model.n_features_in_]))]',
    'onnx = skl2onnx.to_onnx(model, initial_types=columns, options={"zipmap": False})',
    'open("model.onnx", "wb").write(onnx.SerializeToString())',
  ];
  return `python -c ${typed(lines.join('; '))}`;
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
