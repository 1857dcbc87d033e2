import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = fileURLToPath(new URL('../../../.driftloop/cache/python', import.meta.url));

/**
 * Makes a Python environment with these packages, once; later calls find it.
 *
 * @returns the path of its interpreter
 * @throws what pip said, if they cannot be installed
 */
export async function pythonEnvironment(packages: readonly string[]): Promise<string> {
  const folder = join(CACHE, createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12));
  const python = join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  try {
    await access(complete);
  } catch {
    await mkdir(CACHE, { recursive: true });
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', ...packages], { maxBuffer: 2 ** 26 });
    await writeFile(complete, packages.join('\n'));
  }
  return python;
}
