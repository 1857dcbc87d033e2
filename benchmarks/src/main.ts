/**
 * `pnpm bench <name> [part …] [--samples 5] [--peers] [--json]`: runs a benchmark, prints a table
 * and, with --json, one object as the last line. A benchmark is a folder beside this file whose
 * index.ts exports `run`.
 */
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DriftloopError } from '@driftloop/errors';
import type { BenchmarkModule, Flags } from './harness/benchmark.ts';
import { jsonReport, tableReport } from './harness/report.ts';

const available = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`./${entry.name}/index.ts`, import.meta.url)))
  .map((entry) => entry.name)
  .sort();

const OPTIONS = {
  samples: { type: 'string', default: '3' },
  count: { type: 'string' },
  busy: { type: 'string', default: '0' },
  peers: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

// A benchmark may have flags of its own, so its name is looked for first.
const name = process.argv.slice(2).find((argument) => available.includes(argument));
const benchmark =
  name === undefined
    ? undefined
    : ((await import(new URL(`./${name}/index.ts`, import.meta.url).href)) as BenchmarkModule);
const { values, positionals } = readArguments(benchmark?.flags ?? {});
const samples = Number(values.samples);
const busy = Number(values.busy);
const count = values.count === undefined ? {} : { count: Number(values.count) };
const wrong = (value: number, least: number) => !Number.isInteger(value) || value < least;

if (
  values.help ||
  name === undefined ||
  !benchmark ||
  positionals[0] !== name ||
  wrong(samples, 1) ||
  wrong(busy, 0) ||
  (count.count !== undefined && wrong(count.count, 1))
) {
  usage(values.help === true ? 0 : 2);
}
const { peers, json } = values;
const results = await benchmark
  .run({ samples, peers: peers === true, only: positionals.slice(1), busy, ...count, flags: values })
  .catch((error: unknown) => {
    if (!(error instanceof DriftloopError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exit(2);
  });
console.log(tableReport(results));
if (json) console.log(jsonReport(name, results));
// A benchmark may leave a worker or a peer's connection behind; its figures are printed by now.
process.exit(benchmark.isPromise && results.some(({ holds }) => holds === false) ? 1 : 0);

function readArguments(own: NonNullable<BenchmarkModule['flags']>) {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { ...own, ...OPTIONS } });
    return { values: values as Flags, positionals };
  } catch (error) {
    console.error((error as Error).message);
    return usage(2);
  }
}

function usage(code: number): never {
  console.log(
    `Usage: pnpm bench <name> [part …] [--samples 3] [--count 30] [--busy 2] [--peers] [--json]\nNames: ${available.join(', ')}\n` +
      'Parts: of loop, CSV files (numeric columns, the class last) to run the loop on instead of Elec2; see docs/benchmarks.md.\n' +
      'Count: of starts, how many. Busy: of starts and invariance, how many loops keep a core busy beside them.\n' +
      'Flags of continual: --data <data folder of driftloop up, whose ClickHouse gets the figures>\n' +
      'Flags of pipeline: --rates 5000,10000 --seconds 60 --repeats 6 --shadow\n' +
      'Flags of swap: --swaps 1000 --large-swaps 100 --rate 500\n' +
      'Flags of interference: --seconds 20 --rate <70 % of what is held>\n' +
      'Flags of invariance: --runs flat,again,… --rows 100000 --seed 1 --quick --append-time --start <time>',
  );
  process.exit(code);
}
