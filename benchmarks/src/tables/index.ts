import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOrtEngine } from '@driftloop/engine-ort';
import { DriftloopError } from '@driftloop/errors';
import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { mean } from '../harness/mean.ts';
import { runPeers } from '../harness/python-peers.ts';
import { type Split, scoreSplit } from './score-split.ts';

const DATA = fileURLToPath(new URL('../../../data', import.meta.url));
/**
 * How far the mean over all tables may lie below that of scikit-learn's MLP, and a single table.
 */
const MEAN_BELOW = 0.01;
const ONE_BELOW = 0.03;

/**
 * First versions as `register --factory mlp` makes them, with defaults, on tables that Python
 * packages carry, beside scikit-learn's MLP with scaling on the same splits; gradient-boosted trees
 * are told for comparison. The tables are the peers' own, so nothing is measured without Python.
 * None of these tables was looked at when settings were chosen (docs/decisions/first-versions.md)
 * but Elec2: that a design with more to it must be better by more than chance was decided after
 * `bench loop` on it.
 */
export async function run({ only = [] }: BenchmarkOptions): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-tables-'));
  try {
    const script = fileURLToPath(new URL('peer/tables.py', import.meta.url));
    const packages = ['scikit-learn==1.9.1', 'river==0.26.1', 'pandas'];
    const peer = await runPeers([{ script, args: [folder, DATA], packages }], 1);
    if (peer.size === 0) {
      throw new DriftloopError(
        'REQUEST_INVALID',
        'The tables come with Python packages, which cannot be installed here.',
      );
    }
    const ours = await scoresOf(folder, only);
    return resultsOf(ours, peer);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Mean score over the splits of each table, by its name. */
async function scoresOf(folder: string, only: readonly string[]): Promise<Map<string, number>> {
  const engine = createOrtEngine({ threads: 1 });
  const scores = new Map<string, number[]>();
  for (const split of splitsOf(await readdir(folder))) {
    if (only.length > 0 && !only.includes(split.table)) continue;
    // Where there is one split there are as many seeds.
    for (const seed of split.isByTime ? [0, 1, 2] : [split.number]) {
      const score = await scoreSplit(engine, folder, split, seed);
      scores.set(split.table, [...(scores.get(split.table) ?? []), score]);
    }
  }
  return new Map([...scores].map(([table, found]) => [table, mean(found)]));
}

function splitsOf(files: readonly string[]): Split[] {
  return files
    .filter((file) => file.endsWith('.train.csv'))
    .sort()
    .map((file) => {
      const [table = '', number = '', kind] = file.split('.');
      return {
        table,
        number: Number(number),
        isRegression: kind === 'values',
        isByTime: table.endsWith('by time'),
        name: file.slice(0, -'.train.csv'.length),
      };
    });
}

function resultsOf(ours: ReadonlyMap<string, number>, peer: ReadonlyMap<string, number>): Result[] {
  const rows = [...ours].map(([table, value]) => {
    const peerValue = peer.get(`${table}/mlp`) ?? Number.NaN;
    return { table, value, peerValue, trees: peer.get(`${table}/trees`) };
  });
  const score = (metric: string, value: number, peerValue: number, below: number): Result => ({
    metric,
    value,
    unit: 'score',
    peer: "scikit-learn's MLP",
    peerValue,
    bar: `at most ${below} below`,
    holds: value >= peerValue - below,
  });
  return [
    score('mean of all tables', mean([...ours.values()]), mean(rows.map((row) => row.peerValue)), MEAN_BELOW),
    ...rows.flatMap(({ table, value, peerValue, trees }) => [
      { ...score(table, value, peerValue, ONE_BELOW), figures: { gradientBoostedTrees: trees } },
    ]),
  ];
}
