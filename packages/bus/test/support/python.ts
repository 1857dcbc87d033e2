import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from './fixture.ts';

const run = promisify(execFile);
const SCRIPTS = fileURLToPath(new URL('../python/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../../.driftloop/cache/python/', import.meta.url));
const INSTALL_LIMIT_MS = 240_000;

/** Runs a script of test/python in an environment of its own; gives the reason when Python or its packages are missing. */
export async function python(): Promise<
  { run(script: string, ...args: string[]): Promise<string> } | { missing: string }
> {
  const requirements = readFileSync(join(SCRIPTS, 'requirements.txt'), 'utf8');
  const venv = join(CACHE, createHash('sha256').update(requirements).digest('hex').slice(0, 12));
  const ready = join(venv, 'ready');
  if (!existsSync(ready)) {
    try {
      await install(venv, ready);
    } catch (error) {
      return { missing: `no Python environment: ${String(error).split('\n')[0]}` };
    }
  }
  const program = join(venv, 'bin', 'python');
  return {
    run: async (script, ...args) =>
      (await run(program, [join(SCRIPTS, script), ...args], { timeout: 60_000 })).stdout,
  };
}

/** Tests run side by side: the first one installs, the others wait. */
async function install(venv: string, ready: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const lock = `${venv}.lock`;
  // Whoever was killed while it installed has left its lock.
  if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > INSTALL_LIMIT_MS) rmdirSync(lock);
  try {
    mkdirSync(lock);
  } catch {
    await until('another test has installed the packages', () => existsSync(ready), INSTALL_LIMIT_MS);
    return;
  }
  try {
    await run('python3', ['-m', 'venv', '--clear', venv]);
    const pip = join(venv, 'bin', 'pip');
    await run(pip, ['install', '--quiet', '-r', join(SCRIPTS, 'requirements.txt')], {
      timeout: INSTALL_LIMIT_MS,
    });
    writeFileSync(ready, '');
  } finally {
    rmdirSync(lock);
  }
}
