import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type TestStack, testStack } from '@driftloop/local';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const elec = JSON.parse(readFileSync(path('../../examples/elec/spec.json'), 'utf8'));
let stack: TestStack;
let folder: string;

before(async () => {
  stack = await testStack();
  folder = mkdtempSync(join(tmpdir(), 'register-'));
  const rows = Array.from({ length: 300 }, (_, row) => {
    const features = [0, 1, 2].map((i) => Math.sin(row * (i + 1)));
    return [...features, features[0]! > 0.3 ? 2 : features[1]! > 0 ? 1 : 0].join(',');
  });
  writeFileSync(join(folder, 'rows.csv'), `a,b,c,label\n${rows.join('\n')}\n`);
});
after(async () => {
  rmSync(folder, { recursive: true });
  await stack.release();
});

function specFile(model: string, spec: object): string {
  const features = [...'abc'].map((name) => ({ name, kind: 'numeric' }));
  const file = join(folder, `${model}.json`);
  writeFileSync(file, JSON.stringify({ ...elec, model, features, ...spec }));
  return file;
}

function register(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const given = ['register', '--train', join(folder, 'rows.csv'), '--label', 'label', '--data', folder];
  const env = {
    ...process.env,
    ...stack.env,
    TOPIC_PREFIX: stack.topicPrefix,
    ARTIFACTS_URL: pathToFileURL(join(folder, 'artifacts')).href,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path('../src/main.ts'), ...given, ...args],
      { env },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

const CASES: readonly [file: string, task: object, code: number][] = [
  ['ml-only-tree-r', { task: 'regression', classes: 0 }, 0],
  ['int8-qdq-m', { task: 'multiclass', classes: 3 }, 0],
  ['external-weights-r', { task: 'regression', classes: 0 }, 2],
  ['four-features-undeclared-r', { task: 'regression', classes: 0 }, 2],
];

for (const [file, task, code] of CASES) {
  test(`${file}: the dry run and register give one answer`, async () => {
    const given = ['--spec', specFile(file, task), '--onnx', path(`onnx-files/${file}.onnx`)];
    const dry = await register([...given, '--dry-run']);
    const real = await register(given);
    assert.equal(dry.code, code, dry.stderr);
    assert.equal(real.code, code, real.stderr);
    if (code !== 0) {
      assert.match(dry.stderr, /^MODEL_INVALID: /);
      assert.equal(real.stderr, dry.stderr);
      return;
    }
    assert.match(dry.stdout, /^serving +possible: /m);
    const reason = /^training +not possible: (.*)$/m.exec(dry.stdout)?.[1];
    assert.ok(reason, dry.stdout);
    assert.match(real.stdout, new RegExp(`^Version 1 of ${file} is live`));
    assert.ok(real.stdout.includes(`It is served, not trained: ${reason}`), real.stdout);
  });
}

test('register --factory: the same spec, rows and seed make the same artifact', async () => {
  const made = async (model: string, seed: string) => {
    const spec = specFile(model, { task: 'multiclass', classes: 3 });
    const run = await register(['--spec', spec, '--factory', 'mlp', '--seed', seed, '--json']);
    assert.equal(run.code, 0, run.stderr);
    return JSON.parse(run.stdout).metrics;
  };
  const first = await made('twins', '1');
  assert.deepEqual(await made('twins', '1'), first);
  assert.notDeepEqual(await made('twins', '2'), first);
});
