import {
  binByEdges,
  cramerVonMises,
  createRandom,
  equalFrequencyEdges,
  kolmogorovSmirnov,
  mannWhitney,
  pairSamples,
  populationStabilityIndex,
  wasserstein,
} from '@driftloop/stats';
import type { Result } from '../harness/benchmark.ts';
import { cpuSeconds, rateResult } from '../harness/measure.ts';

const TESTS = 200;

/**
 * Tests per second of raw samples, 1,000 against 1,000, sorting included; scipy answers the same
 * questions.
 */
export function benchTwoSampleTests(samples: number, peer: ReadonlyMap<string, number>): Result[] {
  const random = createRandom(9);
  const sample = () => Float64Array.from({ length: 1000 }, () => random.normal());
  const pairs = Array.from({ length: 20 }, () => [sample(), sample()] as const);
  const tests: Record<string, (a: Float64Array, b: Float64Array) => unknown> = {
    'ks, exact': (a, b) => kolmogorovSmirnov(pairSamples(a, b)),
    'cramér–von mises': (a, b) => cramerVonMises(pairSamples(a, b)),
    'mann–whitney': (a, b) => mannWhitney(pairSamples(a, b)),
    wasserstein: (a, b) => wasserstein(pairSamples(a, b)),
    psi: (a, b) => {
      const bins = binByEdges(pairSamples(a, b), equalFrequencyEdges(a, 10));
      return populationStabilityIndex(bins.reference, bins.current);
    },
  };
  return Object.entries(tests).map(([name, test]) => {
    const round = () => {
      for (let i = 0; i < TESTS; i++) {
        const [a, b] = pairs[i % pairs.length] ?? [new Float64Array(1), new Float64Array(1)];
        test(a, b);
      }
    };
    round();
    const rates = Array.from({ length: samples }, () => TESTS / cpuSeconds(round));
    return rateResult(`${name}, 1,000 x 1,000`, rates, 'tests/s of CPU', {
      name: 'scipy',
      value: peer.get(`scipy ${name}`),
    });
  });
}
