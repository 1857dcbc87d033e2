/**
 * `pnpm bench <name> [part …] [--samples 5] [--count 30] [--busy 2] [--peers] [--json]`: runs a benchmark, prints a table and, with --json, one object as the last line.
 * A benchmark is a folder beside this file whose index.ts exports `run`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DriftloopError } from '@driftloop/errors';
import type { Benchmark } from './harness/benchmark.ts';
import { jsonReport, tableReport } from './harness/report.ts';

const available = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`./${entry.name}/index.ts`, import.meta.url)))
  .map((entry) => entry.name)
  .sort();

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    samples: { type: 'string', default: '3' },
    count: { type: 'string' },
    busy: { type: 'string', default: '0' },
    peers: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [name, ...only] = positionals;
const samples = Number(values.samples);
const busy = Number(values.busy);
const count = values.count === undefined ? {} : { count: Number(values.count) };
const wrong = (value: number, least: number) => !Number.isInteger(value) || value < least;

if (
  values.help ||
  name === undefined ||
  !available.includes(name) ||
  wrong(samples, 1) ||
  wrong(busy, 0) ||
  (count.count !== undefined && wrong(count.count, 1))
) {
  console.log(
    `Usage: pnpm bench <name> [part …] [--samples 3] [--count 30] [--busy 2] [--peers] [--json]\nNames: ${available.join(', ')}\n` +
      'Parts: of loop, CSV files (numeric columns, the class last) to run the loop on instead of Elec2; see docs/benchmarks.md.\n' +
      'Count and busy: of starts, how many starts, and how many loops that keep a core busy beside them.',
  );
  process.exit(values.help ? 0 : 2);
}

const { run } = (await import(new URL(`./${name}/index.ts`, import.meta.url).href)) as { run: Benchmark };
const results = await run({ samples, peers: values.peers, only, busy, ...count }).catch((error: unknown) => {
  if (!(error instanceof DriftloopError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exit(2);
});
console.log(tableReport(results));
if (values.json) console.log(jsonReport(name, results));
// A benchmark may leave a worker or a peer's connection behind; its figures are printed by now.
process.exit(0);
