import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url));
const PROGRAM = `
const [code = '0']: string[] = process.argv.slice(2);
process.on('SIGTERM', () => process.exit(7));
console.log('ran', ...process.argv.slice(2));
if (code === 'wait') setInterval(() => {}, 1000);
else if (code === 'die') process.kill(process.pid, 'SIGKILL');
else process.exit(Number(code));
`;

let root: string;

/**
 * A workspace with nothing to install and a pnpm that notes each time it is called: the real one is
 * tried by every clone.
 */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'driftloop-bootstrap-'));
  const pnpm = join(root, '.driftloop', 'toolchain', 'node_modules', 'pnpm');
  await mkdir(join(pnpm, 'bin'), { recursive: true });
  await cp(join(SCRIPTS, 'bootstrap.cjs'), join(root, 'scripts', 'bootstrap.cjs'));
  await cp(join(SCRIPTS, 'bootstrap'), join(root, 'scripts', 'bootstrap'), { recursive: true });
  await writeFile(join(root, 'pnpm-lock.yaml'), 'one');
  await writeFile(join(root, 'program.ts'), PROGRAM);
  await writeFile(join(pnpm, 'package.json'), JSON.stringify({ version: '12.21.0' }));
  await fakePnpm("appendFileSync('calls', 'x'); await new Promise((resolve) => setTimeout(resolve, 500));");
});
afterEach(() => rm(root, { recursive: true, force: true }));

function fakePnpm(body: string): Promise<void> {
  const file = join(root, '.driftloop', 'toolchain', 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
  return writeFile(file, `import { appendFileSync } from 'node:fs';\n${body}`);
}

interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Resolves when standard output holds this text. */
  said(text: string): Promise<void>;
}

function bootstrap(...args: string[]): Run {
  const child = spawn(process.execPath, ['scripts/bootstrap.cjs', 'program.ts', ...args], {
    cwd: root,
    stdio: 'pipe',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    child.emit('said');
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
    async said(text) {
      while (!stdout.includes(text)) await new Promise((resolve) => child.once('said', resolve));
    },
  };
}

const calls = async (): Promise<number> => (await readFile(join(root, 'calls'), 'utf8')).length;

test('installs once, then again only when the lockfile changes, and is silent otherwise', async () => {
  const first = await bootstrap('3', '--flag', 'a b').ended;
  assert.deepEqual(first, { code: 3, stdout: 'ran 3 --flag a b\n', stderr: 'Installing dependencies …\n' });
  assert.deepEqual(await bootstrap().ended, { code: 0, stdout: 'ran\n', stderr: '' });
  assert.equal(await calls(), 1);
  await writeFile(join(root, 'pnpm-lock.yaml'), 'two');
  assert.match((await bootstrap().ended).stderr, /Installing/);
  assert.equal(await calls(), 2);
});

test('two at once install once, and both run', async () => {
  const [one, two] = await Promise.all([bootstrap('1').ended, bootstrap('2').ended]);
  assert.deepEqual([one?.code, two?.code], [1, 2]);
  assert.match(`${one?.stderr}${two?.stderr}`, /Waiting for the installation by process \d+/);
  assert.equal(await calls(), 1);
});

test('the lock of a process that was killed is taken over', async () => {
  await writeFile(join(root, '.driftloop', 'install.lock'), '4194303');
  assert.equal((await bootstrap().ended).code, 0);
  assert.equal(await calls(), 1);
});

test('a failed installation says what failed, and is tried again', async () => {
  await fakePnpm("console.log('ENOTFOUND registry'); process.exit(1);");
  const { code, stdout, stderr } = await bootstrap().ended;
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(
    stderr,
    /pnpm could not install the dependencies \(exit code 1\):\n {2}ENOTFOUND registry\nIs the machine online/,
  );
  await fakePnpm('');
  assert.equal((await bootstrap('5').ended).code, 5);
});

test('passes signals on and answers with the code that the program ends with', async () => {
  const run = bootstrap('wait');
  await run.said('ran wait');
  run.child.kill('SIGTERM');
  assert.equal((await run.ended).code, 7);
  assert.equal((await bootstrap('die').ended).code, 128 + 9);
});

test('without a program it says how it is used', async () => {
  const child = spawn(process.execPath, ['scripts/bootstrap.cjs'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.deepEqual([code, stderr], [1, 'usage: node scripts/bootstrap.cjs <file.ts> [arguments]\n']);
});

test('a program is kept without its types, and run as it is now', async () => {
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  const say = async (program: string) => {
    await writeFile(join(root, 'program.ts'), program);
    return bootstrap().ended;
  };
  assert.equal((await say("console.log('one' as string);")).stdout, 'one\n');
  const [version = ''] = await readdir(join(root, '.driftloop/cache/stripped'));
  const folder = join(root, '.driftloop/cache/stripped', version);
  const [kept = '', ...others] = await readdir(folder);
  assert.deepEqual(others, []);
  assert.match(await readFile(join(folder, kept), 'utf8'), /^console\.log\('one' +\);/);
  assert.equal((await say("console.log('two' as string);")).stdout, 'two\n');
  assert.equal((await say("console.log('two' as string);")).stderr, '');
  assert.match((await say('enum Of { A }')).stderr, /program\.ts:1[\s\S]*enum is not supported/);
});
