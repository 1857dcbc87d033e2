import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { runPeers } from '../harness/python-peers.ts';
import { benchDataTest } from './data-test.ts';
import { benchDetectors } from './detectors.ts';
import { benchMmd } from './mmd.ts';
import { PEERS } from './peers.ts';
import { benchTwoSampleTests } from './two-sample.ts';

/**
 * How fast drift is looked for, beside river, scipy, evidently and frouros in the same run. All
 * times are CPU time of one process, so that a busy machine does not decide; peers and ours take
 * turns.
 */
export async function run({ samples, peers }: BenchmarkOptions): Promise<Result[]> {
  const peer = peers ? await runPeers(PEERS, samples) : new Map<string, number>();
  return [
    ...benchDetectors(samples, peer),
    ...benchDataTest(samples, peer),
    ...benchMmd(samples, peer),
    ...benchTwoSampleTests(samples, peer),
  ];
}
