/**
 * `pnpm bench cause [kind …] [--count 20] [--first 100]`: what verdicts name as the first cause of
 * drifts and faults that were planted, through the code of the services; without kinds also how
 * often they name a fault on real streams that have none.
 */
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';
import { readKnownStream, STREAMS } from '../loop/stream.ts';
import { faultsNamedOn } from './fault-free.ts';
import { firstCause } from './first-cause.ts';
import { PLANTS } from './plants.ts';
import { TABLES } from './tables.ts';

/** Rules were made on seeds from 0 on; figures are told of those from 100 on. */
export const flags = { first: { type: 'string' } } as const;

const SEEDS = 20;
const REPORTED_FROM = 100;
const BAR = 0.9;

export const run: Benchmark = async ({ only = [], count = SEEDS, flags: given = {} }) => {
  const from = integerFlag('first', given.first, REPORTED_FROM, 0);
  const chosen = PLANTS.filter(({ kind }) => only.length === 0 || only.includes(kind));
  const confusion = Object.fromEntries(
    chosen.map(({ kind }): [string, Record<string, number>] => [kind, {}]),
  );
  const misses: string[] = [];
  for (let seed = from; seed < from + count; seed++)
    for (const plant of chosen) {
      const table = TABLES[seed % TABLES.length] as (typeof TABLES)[number];
      const { cause, text } = firstCause(plant, table, seed);
      const named = confusion[plant.kind] as Record<string, number>;
      named[cause] = (named[cause] ?? 0) + 1;
      if (cause !== plant.truth) misses.push(`${plant.kind} ${table.name} ${seed}: ${cause} ${text}`);
    }
  const results = chosen.map(
    ({ kind, truth }): Result => ({
      metric: `first cause of '${kind}' is ${truth}`,
      value: (confusion[kind]?.[truth] ?? 0) / count,
      unit: 'share',
      figures: { named: confusion[kind] },
    }),
  );
  const right = results.reduce((sum, { value }) => sum + value, 0) / results.length;
  return [
    ...results,
    {
      metric: 'first cause is right, of all',
      value: right,
      unit: 'share',
      bar: `>= ${BAR}`,
      holds: right >= BAR,
      figures: { seeds: [from, from + count - 1], confusion, misses },
    },
    ...(only.length === 0 ? await onRealStreams() : []),
  ];
};

/** Streams in which nothing of the pipeline is broken: each name of a fault is a false one. */
async function onRealStreams(): Promise<Result[]> {
  const results: Result[] = [];
  for (const name of Object.keys(STREAMS)) {
    const { windows, named } = faultsNamedOn(await readKnownStream(name));
    results.push({
      metric: `faults named on ${name}, which has none`,
      value: named.length,
      unit: 'faults',
      bar: '= 0',
      holds: named.length === 0,
      figures: { windows, named: named.map(({ kind, text }) => `${kind}: ${text}`) },
    });
  }
  return results;
}
