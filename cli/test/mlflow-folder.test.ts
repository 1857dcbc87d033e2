import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mlflowModelFile } from '../src/register/mlflow-folder.ts';
import { readModelFile } from '../src/register/model-file.ts';

const root = mkdtempSync(join(tmpdir(), 'mlflow-'));
after(() => rmSync(root, { recursive: true }));

/** A folder as `mlflow.<flavor>.save_model` writes it, as far as it is read. */
function folder(name: string, flavors: string): string {
  const path = join(root, name);
  mkdirSync(path);
  writeFileSync(
    join(path, 'MLmodel'),
    `artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.onnx
    python_version: 3.11.9
${flavors}mlflow_version: 3.1.0
model_uuid: 0f6a2c1b7c8f4b2e9d51d6b7a8e3c4f5
utc_time_created: '2025-06-01 10:00:00.000000'
`,
  );
  return path;
}

test('the folder of an onnx flavor, or its MLmodel, is the file in it', () => {
  const path = folder('onnx', '  onnx:\n    code: null\n    data: model.onnx\n    onnx_version: 1.18.0\n');
  const file = fileURLToPath(new URL('onnx-files/int8-qdq-m.onnx', import.meta.url));
  writeFileSync(join(path, 'model.onnx'), readFileSync(file));
  for (const given of [path, join(path, 'MLmodel')])
    assert.deepEqual(readModelFile(given), readModelFile(file));
});

test('a scikit-learn model is told with the command that converts it', () => {
  const path = folder(
    'sklearn',
    '  sklearn:\n    code: null\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n    sklearn_version: 1.7.0\n',
  );
  assert.throws(() => mlflowModelFile(path), {
    code: 'REQUEST_INVALID',
    message:
      /MLflow model of sklearn.*\npython -c 'import mlflow\.sklearn, skl2onnx; .*load_model\("\/.*sklearn"\)/s,
  });
});

test('other flavors are named, and what is no MLmodel says so', () => {
  assert.throws(
    () => mlflowModelFile(folder('xgb', '  xgboost:\n    data: model.xgb\n')),
    /of xgboost, without an onnx flavor/,
  );
  const outside = folder('outside', '  onnx:\n    data: ../secret\n');
  assert.throws(() => mlflowModelFile(outside), /a file outside its folder/);
  const broken = join(root, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'MLmodel'), 'flavors: [');
  assert.throws(() => mlflowModelFile(broken), /is no MLmodel/);
  assert.equal(mlflowModelFile(join(root, 'nothing.onnx')), undefined);
});
