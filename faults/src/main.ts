/**
 * `pnpm test:faults [part of a name …] [--seed 1] [--rows 6000] [--side-by-side 2] [--list]
 * [--json]`: plays every scenario in which something goes wrong, against real parts and services.
 * Ends with 1 when one does not end with the numbers of the undisturbed run.
 */
import { parseArgs } from 'node:util';
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
const startedAt = performance.now();
const outcomes = await play(scenarios, {
  seed: Number(values.seed),
  rows: Number(values.rows),
  sideBySide: Number(values['side-by-side']),
  onOutcome({ name, seconds, problems }) {
    console.error(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
    for (const problem of problems) console.error(`       ${problem}`);
  },
});
const seconds = (performance.now() - startedAt) / 1_000;
const failed = outcomes.filter(({ problems }) => problems.length > 0);
console.log(`${outcomes.length - failed.length} passed, ${failed.length} failed, ${Math.round(seconds)} s`);
if (values.json)
  console.log(
    JSON.stringify({
      seconds,
      seed: Number(values.seed),
      scenarios: outcomes.map(({ name, seconds: took, problems }) => ({ name, seconds: took, problems })),
    }),
  );
process.exitCode = failed.length === 0 && outcomes.length > 0 ? 0 : 1;
