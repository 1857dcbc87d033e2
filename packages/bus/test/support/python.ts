import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '@driftloop/local';

const run = promisify(execFile);
const SCRIPTS = fileURLToPath(new URL('../python/', import.meta.url));

/**
 * Runs a script of test/python in an environment of its own; gives the reason when Python or its
 * packages are missing.
 */
export async function python(): Promise<
  { run(script: string, ...args: string[]): Promise<string> } | { missing: string }
> {
  const environment = await pythonEnvironment(join(SCRIPTS, 'requirements.txt'));
  if ('missing' in environment) return environment;
  return {
    run: async (script, ...args) =>
      (await run(environment.program, [join(SCRIPTS, script), ...args], { timeout: 60_000 })).stdout,
  };
}
