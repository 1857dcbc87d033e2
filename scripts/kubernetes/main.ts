/**
 * `pnpm test:kubernetes`: the chart and the operator against a real Kubernetes API of this machine.
 * Words behind it choose among the suites by their file names. The last line is JSON: what ran.
 */
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { buildApiServer, kubernetesTools } from '@driftloop/kubernetes';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = `${ROOT}.driftloop/cache`;

const wanted = process.argv.slice(2);
const files = globSync('test/kubernetes/*.suite.ts', { cwd: ROOT })
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();
// What takes minutes the first time is no part of a test.
mkdirSync(CACHE, { recursive: true });
buildApiServer(CACHE);
kubernetesTools(CACHE);

const counts = { passed: 0, failed: 0, skipped: 0 };
const startedAt = performance.now();
const events = run({
  files: files.map((file) => join(ROOT, file)),
  concurrency: 1,
  execArgv: ['--no-warnings'],
});
events.on('test:pass', ({ skip, details }) => {
  if (details.type === 'suite') return;
  counts[skip === undefined || skip === false ? 'passed' : 'skipped'] += 1;
});
events.on('test:fail', () => {
  counts.failed += 1;
  process.exitCode = 1;
});
events.on('test:summary', ({ file }) => {
  if (file !== undefined) return;
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  // After what the reporter still has to say.
  setImmediate(() => console.log(JSON.stringify({ files, ...counts, seconds })));
});
events.compose(spec).pipe(process.stdout);
if (files.length === 0) {
  console.error(`No suite of test/kubernetes has ${wanted.join(' or ')} in its name.`);
  process.exitCode = 2;
}
