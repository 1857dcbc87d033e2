import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { createDetector, DETECTOR_NAMES, type Detector, type DetectorParameters } from '../../src/index.ts';

/** Parameters under which a few hundred samples are enough to see every branch. */
const EAGER: Readonly<Record<string, DetectorParameters>> = {
  adwin: { clock: 3 },
  'adwin-paper': { clock: 3 },
  'hddm-a': { twoSidedTest: true },
  'hddm-w': { twoSidedTest: true },
  fhddm: { slidingWindowSize: 20, confidenceLevel: 0.01, shortWindowSize: 5 },
  'page-hinkley': { threshold: 5 },
  kswin: { windowSize: 40, statSize: 15, alpha: 0.05 },
  'glr-bernoulli': { window: 60, threshold: 4, minSegment: 3, clock: 2 },
  'glr-bounded': { window: 60, threshold: 4, minSegment: 3, clock: 2 },
  'glr-gaussian': { window: 60, threshold: 4, minSegment: 3, clock: 2, side: 'both' },
  'e-sr': { averageRunLength: 50, learn: 30 },
  'e-cusum': { averageRunLength: 50, mean: 0.3 },
};

/** Errors whose rate jumps up and down a few times, from a seed. */
function errors(seed: number, samples: number): number[] {
  const random = createRandom(seed);
  let rate = random.uniform();
  return Array.from({ length: samples }, () => {
    if (random.uniform() < 0.01) rate = random.uniform();
    return random.uniform() < rate ? 1 : 0;
  });
}

function answers(detector: Detector): unknown[] {
  return [detector.drift, detector.warning, detector.estimation, detector.changePoint];
}

for (const name of DETECTOR_NAMES) {
  test(`${name}: goes on identically from a state saved at any point, through JSON`, () => {
    let drifts = 0;
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 0, max: 500 }), (seed, point) => {
        const values = errors(seed, 600);
        const original = createDetector(name, EAGER[name]);
        for (const x of values.slice(0, point)) original.update(x);
        const restored = createDetector(name, EAGER[name]);
        // A detector that has seen other data first must forget it.
        for (const x of errors(seed + 1, 90)) restored.update(x);
        restored.restore(JSON.parse(JSON.stringify(original.save())));
        assert.deepEqual(answers(restored), answers(original));
        for (const x of values.slice(point)) {
          original.update(x);
          restored.update(x);
          if (original.drift) drifts++;
          assert.deepEqual(answers(restored), answers(original));
        }
        assert.deepEqual(restored.save(), original.save());
      }),
      { numRuns: 25 },
    );
    assert.ok(drifts > 3, `only ${drifts} drifts: the streams do not exercise the detector`);
  });

  test(`${name}: starts with no drift, no warning and no estimation`, () => {
    const detector = createDetector(name);
    assert.deepEqual(answers(detector), [false, false, Number.NaN, undefined]);
  });

  test(`${name}: a constant stream never drifts and is estimated exactly`, () => {
    for (const constant of [0, 0.5, 1]) {
      const detector = createDetector(name);
      for (let i = 0; i < 3000; i++) {
        detector.update(constant);
        assert.equal(detector.drift, false, `drift at ${i} of a stream of ${constant}`);
      }
      // EDDM counts whole errors only.
      if (name !== 'eddm' || constant !== 0.5) assert.ok(Math.abs(detector.estimation - constant) < 1e-12);
    }
  });

  test(`${name}: finds a clear rise, and estimates the mean between 0 and 1`, () => {
    const random = createRandom(`rise ${name}`);
    const detector = createDetector(name, name.startsWith('e-') ? { mean: 0.15 } : {});
    let found = -1;
    for (let i = 0; i < 4000 && found < 0; i++) {
      detector.update(random.uniform() < (i < 2000 ? 0.1 : 0.7) ? 1 : 0);
      if (detector.drift && i >= 2000) found = i;
      assert.ok(detector.estimation >= 0 && detector.estimation <= 1);
      assert.ok(
        detector.changePoint === undefined || (detector.changePoint >= 1 && detector.changePoint <= i + 1),
      );
    }
    assert.ok(found >= 2000 && found < 2600, `found at ${found}`);
  });

  test(`${name}: refuses values that are no measurement, and is unchanged by them`, () => {
    const detector = createDetector(name);
    for (const x of errors(5, 200)) detector.update(x);
    const before = detector.save();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      assert.throws(() => detector.update(bad), hasCode('DATA_INVALID'));
    }
    assert.deepEqual(detector.save(), before);
  });

  test(`${name}: refuses what it did not save, and parameters it does not know`, () => {
    const detector = createDetector(name);
    for (const value of [null, 3, {}, { detector: 'other' }, { detector: name }]) {
      assert.throws(() => createDetector(name).restore(value), hasCode('DATA_INVALID'));
    }
    assert.doesNotThrow(() => createDetector(name).restore(detector.save()));
    assert.throws(() => createDetector(name, { sensitivity: 3 }), hasCode('CONFIG_INVALID'));
  });
}

for (const [name, parameters] of [
  ['adwin', { delta: 0 }],
  ['adwin', { clock: 0.5 }],
  ['ddm', { driftThreshold: 0 }],
  ['eddm', { alpha: 0.8 }],
  ['hddm-a', { driftConfidence: 1 }],
  ['hddm-w', { lambdaVal: '0.1' }],
  ['fhddm', { shortWindowSize: 200 }],
  ['page-hinkley', { mode: 'sideways' }],
  ['kswin', { statSize: 51 }],
  ['glr-bounded', { low: 1 }],
  ['e-sr', { mean: 1 }],
] as const) {
  test(`${name}: refuses ${JSON.stringify(parameters)}`, () => {
    assert.throws(() => createDetector(name, parameters), hasCode('CONFIG_INVALID'));
  });
}

test('an unknown detector is refused by name', () => {
  assert.throws(() => createDetector('oracle'), hasCode('DETECTOR_UNKNOWN'));
  assert.throws(() => createDetector('toString'), hasCode('DETECTOR_UNKNOWN'));
});

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DriftloopError && error.code === code;
}
