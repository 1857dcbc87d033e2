import { createOrtEngine } from '@driftloop/engine-ort';
import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { mean } from '../harness/mean.ts';
import { type LoopResult, runClosedLoop } from './closed-loop.ts';
import type { LoopOptions } from './loop-options.ts';
import { triggeredAsOften } from './policies/as-often.ts';
import type { Policy } from './policies/policy.ts';
import { runPolicy } from './policies/run-policy.ts';
import { POLICIES, scheduledAsOften } from './policies/scheduled.ts';
import { aheadOf, leadsOf, policyResult } from './report.ts';
import { specOf } from './spec-of.ts';
import { readKnownStream, STREAMS, type Stream } from './stream.ts';

const SEEDS = [1, 2, 3, 4, 5];
const LABEL_DELAY_ROWS = 500;
/**
 * Rows that arrive while a version is trained: from at once to far more than the ensemble waits
 * between two commands. In the demo, on two cores at 400 rows/s, it is about 1,000.
 */
const RETRAIN_ROWS = [0, 500, 1500, 3000, 5000, 10_000];

/**
 * The closed loop with labels 500 rows late, over five seeds, with retrains that take none to
 * 10,000 rows; beside it what a team would schedule itself, at no cost in rows, and with `--peers`
 * other choices of rows and Modyn's triggers, as often as the loop retrains. On the streams of
 * `data`, or on the names and CSV files that are given; Elec2 with the spec of examples/elec, the
 * others with the default spec. docs/decisions says which data each setting was chosen on.
 */
export async function run({ only = [], peers }: BenchmarkOptions): Promise<Result[]> {
  const names = only.length === 0 ? Object.keys(STREAMS) : only;
  const results: Result[] = [];
  for (const name of names) results.push(...(await runStream(await readKnownStream(name), peers)));
  return results;
}

async function runStream(stream: Stream, hasPeers: boolean): Promise<Result[]> {
  const results: Result[] = [];
  let atOnce: readonly LoopResult[] = [];
  for (const retrainRows of RETRAIN_ROWS) {
    const runs: LoopResult[] = [];
    for (const seed of SEEDS)
      runs.push(await runClosedLoop({ ...optionsOf(stream, seed, retrainRows), retrainRows }));
    results.push(...leadsOf(runs, stream.name, retrainRows));
    if (retrainRows === 0) atOnce = runs;
  }
  const peers: { policy: Policy; accuracies: number[] }[] = [];
  for (const policy of [...POLICIES, ...(hasPeers ? await asOftenAs(stream, atOnce) : [])]) {
    const accuracies: number[] = [];
    const refits: number[] = [];
    for (const seed of SEEDS) {
      const result = await runPolicy(optionsOf(stream, seed, 0), policy);
      accuracies.push(result.accuracy);
      refits.push(result.refits);
    }
    peers.push({ policy, accuracies });
    results.push(policyResult(stream.name, policy, { accuracies, refits }, atOnce));
  }
  results.push(aheadOf(stream.name, atOnce, peers));
  return results;
}

/** Policies that fit about as often as the loop retrains. */
async function asOftenAs(stream: Stream, loop: readonly LoopResult[]): Promise<Policy[]> {
  const retrains = Math.round(mean(loop.map((run) => run.retrains)));
  const options = optionsOf(stream, SEEDS[0]!, 0);
  const triggered = await triggeredAsOften(
    retrains,
    async (policy) => (await runPolicy(options, policy)).refits,
  );
  return [...scheduledAsOften(stream.data.rows - options.trainingRows, retrains), ...triggered];
}

function optionsOf(stream: Stream, seed: number, retrainRows: number): LoopOptions {
  const spec = specOf(stream);
  // Steps that take no rows need no limit: the recipe's epochs end a fit.
  const retrain = retrainRows === 0 ? { ...spec.retrain, maxSteps: Number.MAX_SAFE_INTEGER } : spec.retrain;
  return {
    engine: createOrtEngine({ threads: 1 }),
    spec: { ...spec, retrain },
    data: stream.data,
    trainingRows: Math.floor(0.1 * stream.data.rows),
    labelDelayRows: LABEL_DELAY_ROWS,
    chunkSize: 64,
    seed,
  };
}
