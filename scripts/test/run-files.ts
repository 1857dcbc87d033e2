import { join } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';

/** What has been counted so far. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
  failures: { name: string; detail: string }[];
}

/** One test file may take this long; a hang must not hold up the others for ever. */
const FILE_TIMEOUT_MS = 10 * 60_000;

/**
 * Runs test files, each in a process of its own, and prints a line per file.
 *
 * @param options.concurrency how many files run side by side
 */
export async function runTestFiles(
  root: string,
  files: readonly string[],
  options: { concurrency: number; tally: Tally },
): Promise<void> {
  if (files.length === 0) return;
  const { tally } = options;
  const perFile = new Map<string, { passed: number; failed: number; startedAt: number }>();
  const output: string[] = [];
  const stream = run({
    files: files.map((file) => join(root, file)),
    concurrency: options.concurrency,
    timeout: FILE_TIMEOUT_MS,
  });
  const relative = (file: string | undefined) => file?.slice(root.length).replace(/^\//, '') ?? '';
  const count = (file: string | undefined, key: 'passed' | 'failed') => {
    const name = relative(file);
    const entry = perFile.get(name) ?? { passed: 0, failed: 0, startedAt: Date.now() };
    entry[key] += 1;
    perFile.set(name, entry);
    tally[key] += 1;
  };
  stream.on('test:stderr', ({ message }) => output.push(message));
  stream.on('test:pass', (data) => {
    if (data.details.type === 'suite') return;
    if (isFileItself(data, root)) {
      const entry = perFile.get(relative(data.file));
      console.log(
        `ok     ${relative(data.file)} (${entry?.passed ?? 0} tests, ${Math.round(data.details.duration_ms)} ms)`,
      );
      return;
    }
    if (data.skip !== undefined) {
      tally.skipped.push(
        `${relative(data.file)}: ${data.name}${typeof data.skip === 'string' ? ` (${data.skip})` : ''}`,
      );
      return;
    }
    count(data.file, 'passed');
  });
  stream.on('test:fail', (data) => {
    if (data.details.type === 'suite') return;
    const name = isFileItself(data, root) ? relative(data.file) : `${relative(data.file)}: ${data.name}`;
    // A file that failed because of its tests is counted through them.
    if (isFileItself(data, root) && (perFile.get(relative(data.file))?.failed ?? 0) > 0) {
      console.log(`FAILED ${name}`);
      return;
    }
    count(data.file, 'failed');
    console.log(`FAILED ${name}`);
    const cause = data.details.error.cause ?? data.details.error;
    const detail = `${inspect(cause, { depth: 5 })}\n${output.slice(-40).join('')}`;
    // At once, too: a run that is cut off must not take the reason with it.
    console.log(detail);
    tally.failures.push({ name, detail });
  });
  stream.resume();
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
  });
}

/** Node reports each file as a test of its own, named by its path, around the tests in it. */
function isFileItself(data: { name: string; nesting: number }, root: string): boolean {
  return data.nesting === 0 && data.name.startsWith(root);
}
