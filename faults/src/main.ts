/**
 * `pnpm test:faults [part of a name …] [--seed 1] [--rows 6000] [--side-by-side 2] [--list]
 * [--json]`: plays every scenario in which something goes wrong, against real parts and services.
 * Ends with 1 when one does not end with the numbers of the undisturbed run.
 */
import { parseArgs } from 'node:util';
import { DriftloopError } from '@driftloop/errors';
import { play } from './run/play.ts';
import { SCENARIOS } from './scenarios/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    rows: { type: 'string', default: '6000' },
    'side-by-side': { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const scenarios = SCENARIOS.filter(
  ({ name, kind }) =>
    positionals.length === 0 || positionals.some((part) => name.includes(part) || kind === part),
);
if (values.list) {
  for (const { kind, name } of scenarios) console.log(`${kind}: ${name}`);
  process.exit(0);
}
const over = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => over.abort(new DriftloopError('REQUEST_INVALID', `ended by ${name}`)));
const startedAt = performance.now();
const outcomes = await play(scenarios, {
  seed: Number(values.seed),
  rows: Number(values.rows),
  sideBySide: Number(values['side-by-side']),
  signal: over.signal,
  onOutcome({ name, seconds, problems, skipped, logs }) {
    const state = skipped ? 'skip  ' : problems.length === 0 ? 'ok    ' : 'FAILED';
    console.error(`${state} ${name} (${skipped ?? `${seconds.toFixed(1)} s`})`);
    for (const problem of problems) console.error(`       ${problem}`);
    if (logs) console.error(`       logs: ${logs}`);
  },
}).catch((error: unknown) => {
  if (!(error instanceof DriftloopError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exit(2);
});
const seconds = (performance.now() - startedAt) / 1_000;
const failed = outcomes.filter(({ problems }) => problems.length > 0);
const skipped = outcomes.filter((outcome) => outcome.skipped !== undefined);
const passed = outcomes.length - failed.length - skipped.length;
console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped, ${Math.round(seconds)} s`);
if (values.json)
  console.log(
    JSON.stringify({
      seconds,
      seed: Number(values.seed),
      scenarios: outcomes.map(({ history: _, ...outcome }) => outcome),
    }),
  );
process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1;
