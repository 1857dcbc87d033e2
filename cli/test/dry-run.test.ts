import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = mkdtempSync(join(tmpdir(), 'dry-run-'));
after(() => rmSync(folder, { recursive: true }));
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const MODELS = path('../../packages/autodiff/test/imported');

const rows = Array.from({ length: 300 }, (_, row) => {
  const features = Array.from({ length: 6 }, (_, i) => Math.sin(row * (i + 1)));
  return [...features, features[0]! > 0.3 ? 2 : features[1]! > 0 ? 1 : 0].join(',');
});
writeFileSync(join(folder, 'rows.csv'), `a,b,c,d,e,f,label\n${rows.join('\n')}\n`);
const elec = JSON.parse(readFileSync(path('../../examples/elec/spec.json'), 'utf8'));
const features = [...'abcdef'].map((name) => ({ name, kind: 'numeric' }));
const spec = { ...elec, model: 'three', task: 'multiclass', classes: 3, features };
writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));

function dryRun(model: string, ...more: string[]): Promise<string> {
  return register('--onnx', join(MODELS, model), '--dry-run', ...more);
}

async function register(...more: string[]): Promise<string> {
  const given = [
    '--spec',
    join(folder, 'spec.json'),
    '--train',
    join(folder, 'rows.csv'),
    '--label',
    'label',
  ];
  const args = [path('../src/main.ts'), 'register', ...given, ...more];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

test('register --dry-run says what an imported model would train, and tries it', async () => {
  const run = JSON.parse(await dryRun('models/sklearn-mlp-double.onnx', '--json'));
  assert.deepEqual(
    run.trained.map(({ dims }: { dims: number[] }) => dims),
    [
      [6, 8],
      [1, 8],
      [8, 3],
      [1, 3],
    ],
  );
  assert.deepEqual(run.classes, [0, 1, 2]);
  assert.equal(run.cost.trainedValues, 6 * 8 + 8 + 8 * 3 + 3);
  assert.ok(run.training.lossAfter < run.training.lossBefore);
});

test('register --dry-run names the node that cannot be trained', async () => {
  const text = await dryRun('trees/sklearn-forest.onnx');
  assert.match(text, /training\s+not possible: .*TreeEnsembleClassifier/);
});

test('register --dry-run refuses a file that registering would refuse', async () => {
  await assert.rejects(dryRun('models/keras-binary.onnx'), (error: { code: number; stderr: string }) => {
    assert.match(error.stderr, /^MODEL_INVALID: .*needs one float32 input \[rows, 6\] but has x: float32/);
    return error.code === 2;
  });
  // A regression's one value is no three classes.
  await assert.rejects(
    dryRun('models/sklearn-linear.onnx'),
    /needs a float32 output \[rows, 3\] but has variable/,
  );
});

test('what asks for no registration never registers: there is no file to try of a version of others', async () => {
  const monitored = ['--monitor-only', '--answers', 'label', '--data', folder];
  for (const more of [['--dry-run'], ['--evaluate', join(folder, 'rows.csv')]])
    await assert.rejects(register(...monitored, ...more), (error: { code: number; stderr: string }) => {
      assert.match(error.stderr, /^REQUEST_INVALID: --dry-run and --evaluate run a file/);
      return error.code === 2;
    });
});
