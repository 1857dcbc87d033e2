import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../../../.driftloop/cache/python/', import.meta.url));
const INSTALL_LIMIT_MS = 240_000;

/**
 * A Python environment that holds what a requirements file names, made on first use and kept below
 * `.driftloop/cache`.
 *
 * @returns the path of its interpreter, or why there is none (no python3, or a package that cannot
 *   be installed)
 */
export async function pythonEnvironment(
  requirements: string,
): Promise<{ program: string } | { missing: string }> {
  const content = readFileSync(requirements, 'utf8');
  const venv = join(CACHE, createHash('sha256').update(content).digest('hex').slice(0, 12));
  const ready = join(venv, 'ready');
  try {
    if (!existsSync(ready)) await install(venv, requirements, ready);
  } catch (error) {
    return { missing: `no Python environment: ${String(error).split('\n')[0]}` };
  }
  return { program: join(venv, 'bin', 'python') };
}

/** Tests run side by side: the first one installs, the others wait. */
async function install(venv: string, requirements: string, ready: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const lock = `${venv}.lock`;
  // Whoever was killed while it installed has left its lock.
  if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > INSTALL_LIMIT_MS) rmdirSync(lock);
  try {
    mkdirSync(lock);
  } catch {
    const deadline = Date.now() + INSTALL_LIMIT_MS;
    while (!existsSync(ready) && Date.now() < deadline) await sleep(200);
    if (!existsSync(ready)) throw new Error('another process did not finish installing the packages');
    return;
  }
  try {
    await run('python3', ['-m', 'venv', '--clear', venv]);
    await run(join(venv, 'bin', 'pip'), ['install', '--quiet', '-r', requirements], {
      timeout: INSTALL_LIMIT_MS,
    });
    writeFileSync(ready, '');
  } finally {
    rmdirSync(lock);
  }
}
