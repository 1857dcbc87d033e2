import { resolve } from 'node:path';
import { environmentOf } from '@driftloop/cli';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { contendersIn } from './contenders.ts';
import { learnSequence } from './learn-sequence.ts';
import { markdownTables } from './markdown.ts';
import { digitScenarios, type Scenario } from './scenario.ts';
import { streamScenarios } from './streams.ts';
import { resultOf, type Summary, summarise } from './summary.ts';
import { readDigits, readVectors } from './vectors.ts';
import { storeInWarehouse } from './warehouse.ts';

/**
 * How much every strategy learns and forgets: five scenarios on digits, four on streams; `only`
 * names those to run. Avalanche's figures are those of cl_digits.json, so there is no peer to run.
 * Strategies take turns with the same seeds, 0 to samples - 1, on one thread.
 *
 * Prints a table per scenario in markdown; with CLICKHOUSE_URL set, or with the data folder of a
 * running `driftloop up`, the same figures go into `continual_benchmark`.
 */
export async function run({ samples, only = [], flags: given = {} }: BenchmarkOptions): Promise<Result[]> {
  const env = environmentIn(given.data);
  const engine = createOrtEngine({ device: 'cpu', threads: 1 });
  const summaries: Summary[] = [];
  for (const scenario of await chosen(only)) {
    for (const contender of contendersIn(scenario)) {
      const runs = [];
      for (let seed = 0; seed < samples; seed++)
        runs.push(await learnSequence(engine, scenario, contender, seed));
      summaries.push(summarise(scenario, contender, runs));
    }
  }
  console.log(markdownTables(summaries));
  await storeInWarehouse(summaries, env);
  return summaries.map(resultOf);
}

/** `--data`: data folder of `driftloop up`, whose ClickHouse gets the figures. */
export const flags = { data: { type: 'string' } } as const;

/** Looked at before anything is measured: that takes an hour. */
function environmentIn(data: unknown): NodeJS.ProcessEnv {
  if (typeof data !== 'string') return process.env;
  const env = environmentOf(resolve(data), process.env);
  if (env.CLICKHOUSE_URL) return env;
  throw new DriftloopError('CONFIG_INVALID', `Nothing is up in ${data}: run \`npm run driftloop -- up\`.`);
}

async function chosen(only: readonly string[]): Promise<Scenario[]> {
  const all = [...digitScenarios(readVectors(), readDigits()), ...(await streamScenarios())];
  const unknown = only.find((name) => all.every((scenario) => scenario.name !== name));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new DriftloopError('CONFIG_INVALID', `There is no scenario '${unknown}': use ${names}.`);
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}
