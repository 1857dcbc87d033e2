/**
 * `npm test`: style, types, freshness of generated code, layers, deployment files; then every test of every package against
 * one real Kafka, schema registry and ClickHouse engine; then the end-to-end tests. Ends with `N passed, N failed`.
 *
 * Arguments narrow it down: `npm test -- checks`, `npm test -- packages/bus`, `npm test -- test/loop.test.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocal } from '@driftloop/local';
import { CHECKS, runCheck } from './checks.ts';
import { findTestFiles } from './discover.ts';
import { runTestFiles, type Tally } from './run-files.ts';
import { provideSwiftShader } from './swiftshader.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(ROOT);
const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const tally: Tally = { passed: 0, failed: 0, skipped: [], failures: [] };

if (patterns.length === 0 || patterns.includes('checks')) {
  for (const check of CHECKS) await runCheck(check, ROOT, tally);
}

const files = findTestFiles(ROOT, patterns);
if (files.some((file) => file.includes('webgpu'))) {
  provideSwiftShader(process.env, join(ROOT, '.driftloop', 'cache'));
}
if (files.length > 0) {
  const dataDir = mkdtempSync(join(tmpdir(), 'driftloop-test-'));
  const stack = await startLocal({ dataDir });
  try {
    Object.assign(process.env, stack.env);
    const isEndToEnd = (file: string) => file.startsWith('test/');
    await runTestFiles(
      ROOT,
      files.filter((file) => !isEndToEnd(file)),
      { concurrency: 2, tally },
    );
    // Each of these runs the whole loop and wants the machine for itself.
    await runTestFiles(ROOT, files.filter(isEndToEnd), { concurrency: 1, tally });
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

for (const failure of tally.failures) console.log(`\nFAILED ${failure.name}\n${failure.detail}`);
for (const skipped of tally.skipped) console.log(`skipped ${skipped}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
