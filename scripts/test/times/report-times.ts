import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalStack } from '@driftloop/local';
import { cpuSecondsOf } from './cpu-seconds.ts';

const PRELOAD = fileURLToPath(new URL('count-process.ts', import.meta.url));

/** Counts CPU seconds: other work on the machine changes them little, where wall time doubles. */
export interface Times {
  /** For the Node of each test file. */
  readonly execArgv: readonly string[];
  /** Notes what parts have used; called before they end. @param purpose told beside their names */
  readParts(stack: LocalStack, purpose: string): void;
  /**
   * Prints a line per file and per part, the most CPU first, the sum, and how many cores it kept
   * busy.
   */
  print(): void;
}

/**
 * Begins to count. Linux only: the figures are those of `/proc`. A process that outlives its test
 * file, as `up` leaves them, is not in the file's.
 */
export function countTimes(root: string): Times {
  const folder = mkdtempSync(join(tmpdir(), 'driftloop-times-'));
  const file = join(folder, 'times');
  process.env.TEST_TIMES_FILE = file;
  const startedMs = performance.now();
  const parts: [seconds: number, name: string][] = [];
  return {
    execArgv: ['--import', PRELOAD],
    readParts(stack, purpose) {
      for (const { name, pid } of stack.parts) {
        const stat = `/proc/${pid}/stat`;
        // One that was not started here, or has died, must not keep the others from being ended.
        if (!existsSync(stat)) continue;
        parts.push([cpuSecondsOf(readFileSync(stat, 'utf8')), `${name}, shared (${purpose})`]);
      }
    },
    print() {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
      const files = lines.map((line): [number, string] => {
        const [seconds = '', path = ''] = line.split('\t');
        return [Number(seconds), relative(root, path)];
      });
      const all = [...files, ...parts].sort(([a], [b]) => b - a);
      const sumS = all.reduce((total, [seconds]) => total + seconds, 0);
      const wallS = (performance.now() - startedMs) / 1_000;
      console.log('\nCPU seconds');
      for (const [seconds, name] of all) console.log(`${seconds.toFixed(1).padStart(7)} ${name}`);
      const cores = (sumS / wallS).toFixed(1);
      console.log(`${sumS.toFixed(1).padStart(7)} together, in ${wallS.toFixed(0)} s: ${cores} cores busy`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
