import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Where scripts/bootstrap puts it. */
const PNPM = join(ROOT, '.driftloop/toolchain/node_modules/pnpm/bin/pnpm.mjs');

/**
 * What pnpm prints, that of the bootstrap or else the one on the path.
 *
 * @throws Error with what it said where it fails
 */
export function runPnpm(...args: string[]): string {
  const { status, stdout, problem } = askPnpm(...args);
  if (status === 0) return stdout;
  throw new Error(`pnpm ${args.join(' ')}: ${problem}`);
}

/** The same for a command that also says something by its exit code: null where it did not run. */
export function askPnpm(...args: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  /** What it complained of. */
  readonly problem: string;
} {
  const [program, ...before] = existsSync(PNPM) ? [process.execPath, PNPM] : ['pnpm'];
  const { status, stdout, stderr, error } = spawnSync(program as string, [...before, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, problem: error?.message ?? (stderr || stdout) };
}
