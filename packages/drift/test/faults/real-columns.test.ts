import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureSpec, ModelSpec } from '@driftloop/schemas';
import { createRandom } from '@driftloop/stats';
import fc from 'fast-check';
import { type Column, columnsOf } from '../../src/faults/fault-window.ts';
import { isOneValue } from '../../src/faults/magnitudes.ts';
import { placeholders } from '../../src/faults/placeholder-rule.ts';
import { roundedColumns } from '../../src/faults/rounded-rule.ts';
import { swappedColumns } from '../../src/faults/swapped-rule.ts';
import { unitChanges } from '../../src/faults/unit-rule.ts';
import { buildReferenceProfile } from '../../src/index.ts';
import { LOG_BITS, logMagnitude } from '../../src/sketch/log-magnitude.ts';
import { specOf } from '../spec-of.ts';
import { windowOf } from './windows.ts';

const REFERENCE = 3000;
const WINDOW = 250;

/** The columns of a window whose rows come after the reference's, of as many numbers each. */
function columnsAfter(
  rows: readonly (readonly number[])[],
  window: readonly (readonly number[])[],
): readonly Column[] {
  const width = rows[0]?.length ?? 0;
  const features = Array.from(
    { length: width },
    (_, i): FeatureSpec => ({ name: `f${i}`, kind: 'numeric', allowMissing: false }),
  );
  const base = specOf({});
  const spec: ModelSpec = {
    ...{ ...base, task: 'ranking', classes: 0, features },
    window: { ...base.window, lengthMs: WINDOW, minSamples: 50 },
  };
  const data = {
    ...{ rows: rows.length, width, features: Float32Array.from(rows.flat()) },
    labels: Float32Array.from(rows, (_, i) => i % 2),
    weights: new Float32Array(rows.length).fill(1),
    eventTimes: Float64Array.from(rows, (_, i) => i),
  };
  const profile = buildReferenceProfile({ spec, data, outputs: new Float32Array(rows.length) });
  return columnsOf(windowOf(profile, window));
}

const random = createRandom(3);
const drawn = (count: number, of: (i: number) => number[]): number[][] =>
  Array.from({ length: count }, (_, i) => of(i));
const price = (): number => 100 * Math.exp(0.3 * random.normal());

test('values just outside the range are no placeholder, however few; -1 is, with one other beside', () => {
  const reference = drawn(REFERENCE, () => [price()]);
  const least = Math.min(...reference.flat());
  const low = drawn(WINDOW, (i) => [i % 12 === 0 ? least * (0.7 + 0.02 * (i % 9)) : price()]);
  assert.deepEqual(placeholders(columnsAfter(reference, low)), []);
  const missing = low.map(([value = 0], i) => [i % 12 === 0 ? (i === 0 ? least * 0.9 : -1) : value]);
  assert.deepEqual(placeholders(columnsAfter(reference, missing))[0]?.columns, ['f0']);
});

test('a low end that comes more often is no part in another unit; a hundredth is', () => {
  const reference = drawn(REFERENCE, () => [price()]);
  const part = (by: number) => drawn(WINDOW, (i) => [i % 5 === 0 ? price() / by : price()]);
  assert.deepEqual(unitChanges(columnsAfter(reference, part(3.78541))), []);
  assert.equal(
    unitChanges(columnsAfter(reference, part(100)))[0]?.text,
    'f0 comes in another unit in 20 % of the rows: 100 times as small',
  );
});

test('flags do not change places, whatever the world does', () => {
  const flags = (a: number) => () => [Number(random.uniform() < a), Number(random.uniform() < 1 - a)];
  assert.deepEqual(swappedColumns(columnsAfter(drawn(REFERENCE, flags(0.1)), drawn(WINDOW, flags(0.9)))), []);
});

test('a column that comes to rest for blocks of time has not lost its digits, one that never did has', () => {
  // Every other block of the reference has five values.
  const restless = (rests: boolean) => (i: number) => [
    rests && Math.floor(i / WINDOW) % 2 === 0 ? 20 * Math.round(price() / 20) : price(),
  ];
  const window = drawn(WINDOW, () => [20 * Math.round(price() / 20)]);
  assert.deepEqual(roundedColumns(columnsAfter(drawn(REFERENCE, restless(true)), window)), []);
  assert.equal(roundedColumns(columnsAfter(drawn(REFERENCE, restless(false)), window)).length, 1);
});

test('a column whose blocks move by octaves is in no other unit when it moves by one more', () => {
  const wanders = drawn(REFERENCE, (i) => [price() * 2 ** (Math.floor(i / WINDOW) % 3)]);
  const tenTimes = drawn(WINDOW, () => [20 * price()]);
  assert.deepEqual(unitChanges(columnsAfter(wanders, tenTimes)), []);
  assert.equal(
    unitChanges(
      columnsAfter(
        drawn(REFERENCE, () => [price()]),
        tenTimes,
      ),
    ).length,
    0,
  );
  const calm = drawn(REFERENCE, () => [2 * price()]);
  assert.equal(unitChanges(columnsAfter(calm, tenTimes)).length, 1);
});

test('one value, with one other at most, is told by sums alone', () => {
  const value = fc.float({ min: Math.fround(1e-6), max: 1e6, noNaN: true });
  const momentsOf = (values: readonly number[]) => {
    const logs = values.map((one) => logMagnitude(one) / 2 ** LOG_BITS);
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    const squares = logs.reduce((a, b) => a + b * b, 0) / logs.length;
    return { count: logs.length, zeros: 0, mean, std: Math.sqrt(Math.max(0, squares - mean * mean)) };
  };
  fc.assert(
    fc.property(value, value, fc.integer({ min: 2, max: 300 }), (one, other, count) => {
      const same = new Array<number>(count).fill(one);
      return isOneValue(momentsOf(same)) && isOneValue(momentsOf([...same, other]));
    }),
  );
  const cluster = Array.from({ length: 20 }, (_, i) => 100 + 3 * i);
  assert.ok(!isOneValue(momentsOf(cluster)));
  assert.ok(!isOneValue(momentsOf([...new Array<number>(20).fill(8), 9, 10, 11])));
});
