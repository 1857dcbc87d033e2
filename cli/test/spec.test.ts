import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { validateSpec } from '@driftloop/registry';
import { guessSpec, type SpecWishes } from '../src/register/guess-spec.ts';
import { openTable } from '../src/table/open-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'spec-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

let files = 0;

async function guess(content: string, wishes: Partial<SpecWishes> = {}) {
  const open = await openTable(file(`rows${files++}.csv`, content), {});
  return guessSpec(open, { model: 'm', intervalMs: 1000, ...wishes }).spec;
}

test('features, missing values, classes and categories are read from the file', async () => {
  const rows = '1.5,0,0\n,2,2\n3,1,1\n'.repeat(1_400);
  const spec = await guess(`amount,country,y\n${rows}`, { categorical: ['country'] });
  assert.deepEqual(spec.features, [
    { name: 'amount', kind: 'numeric', allowMissing: true, categories: [], size: 0 },
    { name: 'country', kind: 'categorical', allowMissing: false, categories: [], size: 0 },
  ]);
  assert.deepEqual([spec.task, spec.classes], ['multiclass', 3]);
  assert.equal(spec.window.lengthMs, 336_000);
  assert.deepEqual(validateSpec(spec), spec);
});

test('the task follows the labels, unless it is named', async () => {
  const tasks = await Promise.all([
    guess('a,y\n1,0\n2,1\n'),
    guess('a,y\n1,0.5\n2,1\n'),
    guess('a,y\n1,-1\n2,1\n'),
    guess('a,y\n1,0\n2,1000\n'),
    guess('a,y\n1,0\n2,1\n', { task: 'regression' }),
    guess('a,y\n1,0\n2,1\n', { task: 'multiclass' }),
  ]);
  assert.deepEqual(
    tasks.map(({ task, classes }) => [task, classes]),
    [
      ['binary', 2],
      ['regression', 0],
      // The names of two classes, no values.
      ['binary', 2],
      ['regression', 0],
      ['regression', 0],
      ['multiclass', 2],
    ],
  );
});

test('what cannot be guessed is refused, saying what', async () => {
  const code = 'REQUEST_INVALID';
  await assert.rejects(guess('a,y\n'), { code, message: /no rows/ });
  await assert.rejects(guess('a,y\n1,\n2,\n'), { code, message: /labels is empty/ });
  await assert.rejects(guess('a,y\n1,0.5\n', { task: 'binary' }), { code, message: /whole numbers/ });
  await assert.rejects(guess('a,y\n1,0\n', { categorical: ['b'] }), {
    code,
    message: /no column 'b'; the features are a/,
  });
  await assert.rejects(guess('a,y\n1,0\n', { model: 'no spaces' }), { code: 'SPEC_INVALID' });
});

test('Elec2 gets the policies of the example, but for what the demo shortens', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const table = await openTable(join(root, 'data/elec.csv.gz'), {});
  const { spec } = guessSpec(table, { model: 'elec', intervalMs: 1_800_000 });
  const example = validateSpec(JSON.parse(readFileSync(join(root, 'examples/elec/spec.json'), 'utf8')));
  const { maxSeconds, maxSteps, ...retrain } = example.retrain;
  assert.deepEqual(spec, {
    ...example,
    features: spec.features,
    window: { ...example.window, partitionIdleMs: spec.window.partitionIdleMs },
    retrain: { ...retrain, maxSeconds: spec.retrain.maxSeconds, maxSteps: spec.retrain.maxSteps },
  });
});

test('the command writes a spec that can be registered, and overwrites nothing', async () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const csv = file('own.csv', 'a,y\n1,0\n2,1\n');
  const out = join(folder, 'own.json');
  const run = () =>
    new Promise<{ failed: boolean; text: string }>((resolve) => {
      const args = [main, 'spec', '--model', 'own', '--csv', csv, '--out', out];
      execFile(process.execPath, args, (error, stdout, stderr) =>
        resolve({ failed: error !== null, text: stdout + stderr }),
      );
    });
  assert.match((await run()).text, /own\.json: binary with 2 classes, features a\./);
  assert.equal(validateSpec(JSON.parse(readFileSync(out, 'utf8'))).model, 'own');
  const again = await run();
  assert.ok(again.failed && existsSync(out));
  assert.match(again.text, /REQUEST_INVALID: .*own\.json cannot be written: .*EEXIST/);
});
