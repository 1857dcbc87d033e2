import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type LocalEnv, testStack } from '@driftloop/local';
import type { StudyTable } from '@driftloop/studies';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/studies/pi.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'study-'));
let stack: { env: LocalEnv; topicPrefix: string; release(): Promise<void> };
before(async () => {
  stack = await testStack();
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stack.release();
});

function driftloop(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    ...stack.env,
    TOPIC_PREFIX: stack.topicPrefix,
    ARTIFACTS_URL: pathToFileURL(join(folder, 'artifacts')).href,
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...args, '--data', folder], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(`driftloop ${args.join(' ')}: ${stdout}${stderr}`)) : resolve(stdout),
    );
  });
}

test('a study of steps runs: files in, files out, what comes after them, and once however often it is asked for', async () => {
  const run = ['study', 'run', EXAMPLE, '--folder', join(folder, 'steps'), '--json', '--workers'];
  const first: StudyTable = JSON.parse(await driftloop(...run, '2'));
  assert.deepEqual(first.counts, { waiting: 0, claimed: 0, done: 17, failed: 0 });
  const { pi, runs } = first.all.collect ?? {};
  assert.equal(runs, 8);
  assert.ok(Math.abs((pi ?? 0) - Math.PI) < 0.1, String(pi));
  assert.ok(first.rows.every(({ metrics }) => Math.abs((metrics.pi ?? 0) - Math.PI) < 0.3));

  // Nothing is left to do, so nobody is needed.
  const again: StudyTable = JSON.parse(await driftloop(...run, '0'));
  assert.deepEqual(again, first);
  assert.match(await driftloop('study', 'status'), /17 .*finished/);

  const page = join(folder, 'study.html');
  await driftloop('study', 'results', 'pi', '--report', page);
  const text = readFileSync(page, 'utf8');
  assert.match(text, /<svg /);
  assert.doesNotMatch(text, /https?:|<script|<link/);
});

test('a study that was begun elsewhere is gone on with, by whoever says where its steps run', async () => {
  const file = join(folder, 'begun.yaml');
  const step = { name: 'say', run: 'echo "{\\"twice\\": $((2 * n))}" > out.json', result: 'out.json' };
  const study = { study: 'begun', design: { kind: 'grid' }, parameters: { n: [3, 4] }, steps: [step] };
  writeFileSync(file, JSON.stringify(study));
  const begun = driftloop('study', 'run', file, '--workers', '0', '--json');
  const listed = async (): Promise<void> => {
    if (!/begun-/.test(await driftloop('study', 'status'))) await listed();
  };
  await listed();
  await assert.rejects(driftloop('study', 'go-on', 'begun'), /--folder/);
  await assert.rejects(driftloop('study', 'go-on', 'nobody'), /There is no study 'nobody'/);
  const goOn = ['study', 'go-on', 'begun', '--workers', '1', '--folder', join(folder, 'begun'), '--json'];
  const table: StudyTable = JSON.parse(await driftloop(...goOn));
  assert.deepEqual(
    table.rows.map(({ metrics }) => metrics.twice),
    [6, 8],
  );
  assert.deepEqual(JSON.parse(await begun), table);
});
