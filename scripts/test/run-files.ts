import { join } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { isLong } from './longest-first.ts';
import type { Times } from './times/report-times.ts';
import { together } from './together.ts';

/** What has been counted so far. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
  failures: { name: string; detail: string }[];
}

/**
 * One test file may take this long, on a machine several times slower than two idle cores; a hang
 * must not hold up the others for ever.
 */
const FILE_TIMEOUT_MS = 25 * 60_000;

/**
 * Runs test files, each in a process of its own unless they may be together, and prints a line per
 * process.
 *
 * @param options.concurrency how many processes run side by side
 */
export async function runTestFiles(
  root: string,
  files: readonly string[],
  options: { concurrency: number; tally: Tally; times: Times | undefined },
): Promise<void> {
  if (files.length === 0) return;
  const { tally } = options;
  const processes = together(root, files, isLong, join(root, '.driftloop', 'cache', 'tests-together'));
  const nameOf = new Map(processes.map(({ entry, name }) => [entry, name]));
  const output: string[] = [];
  const stream = run({
    files: processes.map(({ entry }) => entry),
    concurrency: options.concurrency,
    timeout: FILE_TIMEOUT_MS,
    execArgv: [...(options.times?.execArgv ?? [])],
  });
  /** Tests that have begun and not ended, by file: of a file that hangs it says where. */
  const running = new Map<string, Set<string>>();
  stream.on('test:dequeue', ({ file, name }) => {
    if (file === undefined || name.startsWith(root)) return;
    running.set(file, (running.get(file) ?? new Set()).add(name));
  });
  stream.on('test:complete', ({ file, name }) => {
    if (file !== undefined) running.get(file)?.delete(name);
  });
  const relative = (file = '') => nameOf.get(file) ?? file.slice(root.length).replace(/^\//, '');
  stream.on('test:stderr', ({ message }) => output.push(message));
  stream.on('test:pass', (data) => {
    if (data.details.type === 'suite') return;
    if (data.skip !== undefined) {
      tally.skipped.push(
        `${relative(data.file)}: ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}`,
      );
      return;
    }
    tally.passed += 1;
  });
  stream.on('test:fail', (data) => {
    if (data.details.type === 'suite') return;
    // A file that cannot be loaded is reported as a test named by its path.
    const name = data.name.startsWith(root) ? relative(data.file) : `${relative(data.file)}: ${data.name}`;
    tally.failed += 1;
    console.log(`FAILED ${name}`);
    const cause = data.details.error.cause ?? data.details.error;
    const open = data.name.startsWith(root) ? [...(running.get(data.name) ?? [])] : [];
    const unended = open.length === 0 ? '' : `It had begun and not ended: ${open.join('; ')}\n`;
    const detail = `${unended}${inspect(cause, { depth: 5 })}\n${output.slice(-40).join('')}`;
    // At once, too: a run that is cut off must not take the reason with it.
    console.log(detail);
    tally.failures.push({ name, detail });
  });
  stream.on('test:summary', ({ file, counts, duration_ms: durationMs, success }) => {
    if (file === undefined) return;
    const state = success ? 'ok    ' : 'FAILED';
    console.log(`${state} ${relative(file)} (${counts.tests} tests, ${(durationMs / 1_000).toFixed(1)} s)`);
  });
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
  });
}
