import { createDetector, DETECTOR_NAMES } from '@driftloop/detectors';
import { createRandom } from '@driftloop/stats';
import type { Result } from '../harness/benchmark.ts';
import { cpuSeconds, rateResult } from '../harness/measure.ts';

/** How many times faster than river each detector is to be. */
const AT_LEAST: Readonly<Record<string, number>> = {
  adwin: 1.5,
  ddm: 1.5,
  eddm: 1.5,
  'page-hinkley': 1.5,
  'hddm-a': 10,
  'hddm-w': 10,
  fhddm: 1,
  kswin: 100,
};
const SLOW = new Set(['kswin']);

/**
 * Samples per second of every detector at its defaults, on errors of rate 0.2; of KSWIN on normal
 * values, as river is run.
 */
export function benchDetectors(samples: number, peer: ReadonlyMap<string, number>): Result[] {
  const random = createRandom(5);
  const errors = Float64Array.from({ length: 1_000_000 }, () => (random.uniform() < 0.2 ? 1 : 0));
  const values = Float64Array.from({ length: 200_000 }, () => random.normal());
  return DETECTOR_NAMES.map((name) => {
    const stream = SLOW.has(name) ? values : errors;
    consume(name, stream.subarray(0, 100_000));
    const rates = Array.from(
      { length: samples },
      () => stream.length / cpuSeconds(() => consume(name, stream)),
    );
    const value = peer.get(`river ${name}`);
    const atLeast = AT_LEAST[name];
    const beside = { name: 'river', value, ...(atLeast === undefined ? {} : { atLeast }) };
    return rateResult(`detector ${name}`, rates, 'samples/s of CPU', beside);
  });
}

/** Reads every flag, as a caller would; the count keeps the loop from being optimised away. */
function consume(name: string, stream: Float64Array): number {
  const detector = createDetector(name);
  let alarms = 0;
  for (const x of stream) {
    detector.update(x);
    if (detector.drift) alarms++;
  }
  return alarms;
}
