import {
  createFourierFeatures,
  createRandom,
  fourierMmd,
  mmdTest,
  pooledMedianBandwidth,
} from '@driftloop/stats';
import type { Result } from '../harness/benchmark.ts';
import { cpuSeconds, timeResult } from '../harness/measure.ts';

const ROWS = 2000;
const WIDTH = 32;
/**
 * alibi-detect 0.13 with PyTorch on one thread, as measured once (shared/peers): it cannot be
 * installed beside the others.
 */
const ALIBI_SECONDS = 9.9;

/**
 * MMD with a p-value from 100 permutations, 2,000 × 32 against as many: over 128 pairs of random
 * Fourier features with blocks permuted, and with the exact kernel. The peer runs alibi-detect's
 * algorithm (exact kernel, all rows permuted) in numpy.
 */
export function benchMmd(samples: number, peer: ReadonlyMap<string, number>): Result[] {
  const random = createRandom(7);
  const reference = Float64Array.from({ length: ROWS * WIDTH }, () => random.normal());
  const current = Float64Array.from(
    { length: ROWS * WIDTH },
    (_, i) => random.normal() + (i % WIDTH < 8 ? 0.2 : 0),
  );
  const fourier = (): number => {
    // The bandwidth of 300 rows each is that of all but for one per cent.
    const sigma = pooledMedianBandwidth(
      reference.subarray(0, 300 * WIDTH),
      current.subarray(0, 300 * WIDTH),
      WIDTH,
    );
    const features = createFourierFeatures(WIDTH, 128, sigma, random);
    return fourierMmd(reference, current, features, { permutations: 100, random }).pValue;
  };
  const exact = (): number =>
    mmdTest(reference, current, WIDTH, { sigma: 5.6, permutations: 100, random }).pValue;
  const value = peer.get('numpy mmd');
  fourier();
  const times = Array.from({ length: samples }, () => cpuSeconds(fourier));
  const median = timeResult('', times, 's of CPU', { name: '', value: undefined }).value;
  return [
    timeResult('MMD of 2,000 x 32 with p (random Fourier features)', times, 's of CPU', {
      name: "alibi-detect's algorithm in numpy",
      value,
      atLeast: 50,
    }),
    {
      metric: 'the same beside the recorded time of alibi-detect itself',
      value: median,
      unit: 's of CPU',
      peer: 'alibi-detect 0.13, recorded',
      peerValue: ALIBI_SECONDS,
      ratio: ALIBI_SECONDS / median,
      bar: 'ratio >= 50',
      holds: ALIBI_SECONDS / median >= 50,
    },
    timeResult('MMD of 2,000 x 32 with p (exact kernel)', [cpuSeconds(exact)], 's of CPU', {
      name: "alibi-detect's algorithm in numpy",
      value,
    }),
  ];
}
