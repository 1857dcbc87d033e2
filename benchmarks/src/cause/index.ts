/**
 * `pnpm bench cause [kind …] [--count 20] [--first 100]`: what verdicts name as the first cause of
 * drifts and faults that were planted, through the code of the services.
 */
import { replay } from '@driftloop/drift';
import type { Benchmark, Result } from '../harness/benchmark.ts';
import { integerFlag } from '../harness/integer-flag.ts';
import { PLANTS, type Plant } from './plants.ts';
import { CHANGE_MS, streamOf } from './stream.ts';
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
  ];
};

/** The cause that most verdicts after the change which name one name first. */
function firstCause(
  plant: Plant,
  table: (typeof TABLES)[number],
  seed: number,
): { cause: string; text: string } {
  const { verdicts } = replay(streamOf(table, plant, seed));
  const after = verdicts.filter(({ windowEnd }) => windowEnd > CHANGE_MS);
  const counts = new Map<string, { times: number; text: string }>();
  for (const { causes = [] } of after) {
    const [first] = causes;
    if (!first) continue;
    const known = counts.get(first.kind);
    counts.set(first.kind, { times: (known?.times ?? 0) + 1, text: known?.text ?? first.text });
  }
  const [most] = [...counts].sort(([, a], [, b]) => b.times - a.times);
  return most ? { cause: most[0], text: most[1].text } : { cause: 'none', text: '' };
}
