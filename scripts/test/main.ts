/**
 * `npm test`: style, types, freshness of generated code, layers, deployment files; then every test
 * of every package against one real Kafka, schema registry and ClickHouse engine; then the
 * end-to-end tests; then what the bus says to a broker once more, with the newest Kafka. Ends with
 * `N passed, N failed`.
 *
 * Arguments narrow it down: `npm test -- checks`, `npm test -- packages/bus`,
 * `npm test -- test/loop.test.ts`. `npm test -- --times packages/bus` tells the CPU seconds of each
 * file (Linux).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocal } from '@driftloop/local';
import { CHECKS, runCheck } from './checks.ts';
import { provideChromium } from './chromium.ts';
import { findTestFiles } from './discover.ts';
import { type Lane, laneOf } from './lanes.ts';
import { longestFirst } from './longest-first.ts';
import { NEWEST_KAFKA, speaksToBroker } from './newest-kafka.ts';
import { runTestFiles, type Tally } from './run-files.ts';
import { provideSwiftShader } from './swiftshader.ts';
import { countTimes } from './times/report-times.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(ROOT);
/**
 * Test files that run at the same time: on two cores, since many of them wait for leases and
 * starts. One of them at most is of whole fleets.
 */
const SIDE_BY_SIDE = 3;
const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const times = process.argv.includes('--times') ? countTimes(ROOT) : undefined;
const tally: Tally = { passed: 0, failed: 0, skipped: [], failures: [] };

if (patterns.length === 0 || patterns.includes('checks')) {
  for (const check of CHECKS) await runCheck(check, ROOT, tally);
}

const files = findTestFiles(ROOT, patterns);
if (files.some((file) => file.includes('webgpu'))) {
  provideSwiftShader(process.env, join(ROOT, '.driftloop', 'cache'));
}
if (files.some((file) => file.startsWith('cli/test/console'))) {
  provideChromium(process.env, join(ROOT, '.driftloop', 'cache'));
}
if (files.length > 0)
  await withParts({}, async () => {
    const of = (lane: Lane) => longestFirst(files.filter((file) => laneOf(file) === lane));
    const [fleets, small] = [of('fleet'), of('small')];
    const beside = SIDE_BY_SIDE - (fleets.length > 0 ? 1 : 0);
    await Promise.all([
      runTestFiles(ROOT, fleets, { concurrency: 1, tally, times }),
      runTestFiles(ROOT, small, { concurrency: beside, tally, times }),
    ]);
    await runTestFiles(ROOT, of('alone'), { concurrency: 1, tally, times });
  });
const repeated = process.env.LOCAL_KAFKA_VERSION === undefined ? files.filter(speaksToBroker) : [];
if (repeated.length > 0)
  await withParts({ LOCAL_KAFKA_VERSION: NEWEST_KAFKA }, async () => {
    console.log(`\nonce more, with Kafka ${NEWEST_KAFKA}`);
    await runTestFiles(ROOT, longestFirst(repeated), { concurrency: SIDE_BY_SIDE, tally, times });
  });

times?.print();
for (const failure of tally.failures) console.log(`\nFAILED ${failure.name}\n${failure.detail}`);
for (const skipped of tally.skipped) console.log(`skipped ${skipped}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;

/**
 * Runs tests with parts of their own, whose addresses are in the environment meanwhile.
 * @param settings of the parts, in the environment too
 */
async function withParts(settings: NodeJS.ProcessEnv, work: () => Promise<void>): Promise<void> {
  const before = { ...process.env };
  const dataDir = mkdtempSync(join(tmpdir(), 'driftloop-test-'));
  Object.assign(process.env, settings);
  const stack = await startLocal({ dataDir });
  try {
    Object.assign(process.env, stack.env);
    await work();
  } finally {
    times?.readParts(stack, `Kafka ${process.env.LOCAL_KAFKA_VERSION ?? 'of driftloop'}`);
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
    process.env = before;
  }
}
