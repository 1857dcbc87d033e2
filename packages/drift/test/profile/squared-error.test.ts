import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelSpec } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { buildReferenceProfile, createReducer, type ReferenceProfile } from '../../src/index.ts';
import { errorShare, heldError, mostErrorOf } from '../../src/profile/squared-error.ts';
import { conceptChunk, contextOf, signalsFrom, specOf } from '../fixtures.ts';

const ROWS = 100;
const spec: ModelSpec = { ...specOf({ numeric: 1, lengthMs: ROWS }), task: 'regression', classes: 0 };
const random = createRandom(3);
const noise = (rows: number, size = 1) => Float64Array.from({ length: rows }, () => size * random.normal());

/** A reference of answers 0 with these truths. */
function profileOf(truths: Float64Array): ReferenceProfile {
  const rows = truths.length;
  const data = {
    rows,
    width: 1,
    features: new Float32Array(rows),
    labels: Float32Array.from(truths),
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, i) => i),
  };
  return buildReferenceProfile({ spec, data, outputs: new Float32Array(rows) });
}

/** What the test of accuracy says of a window of answers 0 with these truths. */
function testedAgainst(profile: ReferenceProfile, truths: Float64Array) {
  const context = contextOf(spec, profile);
  const reducer = createReducer('concept');
  const state = reducer.initial();
  const first = conceptChunk(
    context,
    { partition: 0, chunkStart: 0 },
    new Float32Array(truths.length),
    truths,
  );
  const place = { partition: 0, chunkStart: truths.length };
  const next = conceptChunk(context, place, new Float32Array(1), new Float64Array(1));
  const signals = [...first, ...next].flatMap((sketch) => signalsFrom(reducer, state, sketch, context));
  return signals.find(({ detector }) => detector === 'accuracy');
}

const ordinary = profileOf(noise(1000));

test('a single row of any size neither calls drift nor hides it, and is named', () => {
  const calm = noise(ROWS);
  const worse = noise(ROWS, 2);
  const plain = testedAgainst(ordinary, calm);
  assert.equal(plain?.detail, '');
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(ROWS - 1), (label, row) => {
      const found = testedAgainst(ordinary, calm.with(row, label));
      assert.ok(found && Number.isFinite(found.statistic) && Number.isFinite(found.threshold));
      assert.equal(found.drifted, false);
      // At most 4 times the 95 % quantile, which is 3.84 times the mean: a sixth of the mean over
      // 100 rows.
      assert.ok(found.statistic < (plain?.statistic ?? 0) + 0.2 * (plain?.expected ?? 0));
      if (Math.abs(label) > 10) assert.match(found.detail, /^1 of 100 rows are off by 3\.\d+ or more/);
      assert.equal(testedAgainst(ordinary, worse.with(row, label))?.drifted, true);
    }),
  );
});

test('wrong labels of the reference itself do not hide drift', () => {
  const spoilt = profileOf(noise(1000).with(17, 1e30).with(400, -3e38).with(900, 1e12));
  assert.equal(testedAgainst(spoilt, noise(ROWS))?.drifted, false);
  assert.equal(testedAgainst(spoilt, noise(ROWS, 2))?.drifted, true);
});

test('where the reference is exact, one row may err in any unit, and more than that is drift', () => {
  const exact = profileOf(new Float64Array(1000));
  for (const unit of [1e-40, 1e-9, 1, 1e9, 1e38]) {
    const one = testedAgainst(exact, new Float64Array(ROWS).with(3, unit));
    assert.equal(one?.drifted, false);
    assert.equal(one?.detail, '1 of 100 rows are not exact as all of the reference are');
    assert.equal(testedAgainst(exact, new Float64Array(ROWS).fill(unit))?.drifted, true);
  }
  assert.equal(testedAgainst(exact, new Float64Array(ROWS))?.drifted, false);
});

test('where most answers of the reference are exact, the others say how large an error is', () => {
  const sparse = (share: number, size: number) =>
    Float64Array.from({ length: 1000 }, () => (random.uniform() < share ? size * random.normal() : 0));
  const profile = profileOf(sparse(0.02, 1e-6));
  assert.equal(testedAgainst(profile, sparse(0.02, 1e-6))?.drifted, false);
  assert.equal(testedAgainst(profile, sparse(0.2, 1e-6))?.drifted, true);
});

test('a profile from before the limit has one of its mean and spread', () => {
  const { mostError: _, ...outputs } = ordinary.outputs;
  const older: ReferenceProfile = { ...ordinary, outputs };
  assert.equal(testedAgainst(older, noise(ROWS).with(5, 1e300))?.drifted, false);
  assert.equal(testedAgainst(older, noise(ROWS, 2))?.drifted, true);
});

test('labels are compared as the float32 that the reference has of them', () => {
  const label = 1_000_000.03;
  assert.equal(heldError(Math.fround(label), label, 1), 0);
  assert.equal(errorShare(Math.fround(label), label, 0), 0);
});

test('a limit is that of the errors that are there', () => {
  assert.equal(mostErrorOf(new Float64Array(5)), 0);
  assert.equal(mostErrorOf(Float64Array.of(0, 0, 9)), 36);
});
