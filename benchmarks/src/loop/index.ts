import { readFileSync } from 'node:fs';
import { createOrtEngine } from '@driftloop/engine-ort';
import { validateSpec } from '@driftloop/registry';
import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { summarize } from '../harness/samples.ts';
import { type LoopResult, runClosedLoop } from './closed-loop.ts';
import { readElec } from './stream.ts';

const SEEDS = [1, 2, 3, 4, 5];
const LABEL_DELAY_ROWS = 500;
/** What a retrain takes in the demo on two cores at 1,000 rows/s, about. */
const RETRAIN_ROWS = 1500;
/** Accuracy of the best simple policy: an MLP of scikit-learn, refitted 41 times, each 1,000 rows on the newest 5,000. */
const BEST_SIMPLE_POLICY = 0.773;
const MOST_RETRAINS = 40;

/**
 * The closed loop on Elec2 with the spec of examples/elec and labels 500 rows late, over five seeds: once with retrains that take no
 * rows, once with retrains that take as long as beside a full stream. Settings were chosen on the first fifth of Elec2 and on other
 * streams (docs/decisions/wide-selection.md).
 */
export async function run(_options: BenchmarkOptions): Promise<Result[]> {
  const spec = validateSpec(
    JSON.parse(readFileSync(new URL('../../../examples/elec/spec.json', import.meta.url), 'utf8')),
  );
  const data = readElec();
  const common = {
    engine: createOrtEngine({ threads: 1 }),
    spec,
    data,
    trainingRows: Math.floor(0.1 * data.rows),
    labelDelayRows: LABEL_DELAY_ROWS,
    chunkSize: 64,
  };
  const results: Result[] = [];
  for (const retrainRows of [0, RETRAIN_ROWS]) {
    const runs: LoopResult[] = [];
    for (const seed of SEEDS) runs.push(await runClosedLoop({ ...common, seed, retrainRows }));
    results.push(...resultsOf(runs, retrainRows));
  }
  return results;
}

function resultsOf(runs: readonly LoopResult[], retrainRows: number): Result[] {
  const accuracies = runs.map(({ accuracy }) => accuracy);
  const { min, max } = summarize(accuracies);
  const accuracy = mean(accuracies);
  const frozen = mean(runs.map(({ frozenAccuracy }) => frozenAccuracy));
  const ahead = Math.min(...runs.map((run) => run.accuracy - run.frozenAccuracy));
  const retrains = Math.max(...runs.map((run) => run.retrains));
  const suffix = retrainRows === 0 ? '' : `, retrains take ${retrainRows} rows`;
  const isBarred = retrainRows === 0;
  return [
    {
      metric: `accuracy on the last 90 %${suffix}`,
      value: accuracy,
      unit: 'share',
      spread: { min, max },
      peer: 'frozen',
      peerValue: frozen,
      ratio: accuracy / frozen,
      ...(isBarred
        ? { bar: `> ${BEST_SIMPLE_POLICY}, mean of five seeds`, holds: accuracy > BEST_SIMPLE_POLICY }
        : {}),
    },
    {
      metric: `least lead over the frozen model${suffix}`,
      value: ahead,
      unit: 'share',
      bar: '>= 0 on every seed',
      holds: ahead >= 0,
    },
    {
      metric: `most retrains${suffix}`,
      value: retrains,
      unit: 'runs',
      ...(isBarred ? { bar: `<= ${MOST_RETRAINS}`, holds: retrains <= MOST_RETRAINS } : {}),
    },
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
