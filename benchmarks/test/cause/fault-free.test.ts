import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsNamedOn } from '../../src/cause/fault-free.ts';
import { readKnownStream, type Stream } from '../../src/loop/stream.ts';

for (const name of ['elec', 'weather'])
  test(`no window of ${name} is called faulty: its pipeline is not broken, however it drifts`, async () => {
    const { windows, named } = faultsNamedOn(await readKnownStream(name));
    assert.ok(windows > 40, `${windows} windows`);
    assert.deepEqual(named, []);
  });

const PRICE = 1;
const DEMAND = 2;
type Break = (row: Float32Array, i: number) => unknown;
/**
 * What is planted, and the windows of nine in which it is named at least: columns of Elec2 wander.
 */
const BROKEN: readonly [string, number, Break][] = [
  ['nulls', 8, (row, i) => i % 4 === 0 && row.fill(Number.NaN, DEMAND, DEMAND + 1)],
  ['unit', 3, (row) => row.set([row[DEMAND]! * 1000], DEMAND)],
  ['placeholder', 7, (row, i) => i % 4 === 0 && row.set([-999], DEMAND)],
  ['constant', 7, (row) => row.set([0.5], DEMAND)],
  ['rounded', 5, (row) => row.set([Math.round(row[DEMAND]! * 10) / 10], DEMAND)],
  ['swapped', 1, (row) => row.set([row[DEMAND]!, row[PRICE]!], PRICE)],
];

for (const [kind, least, breaks] of BROKEN)
  test(`${kind} planted into Elec2 is named, and nothing else`, async () => {
    const { named } = faultsNamedOn(broken(await readKnownStream('elec'), 6000, breaks), 0.2);
    assert.ok(named.length >= least, `${named.length} windows`);
    assert.deepEqual(new Set(named.map((one) => one.kind)), new Set([kind]));
  });

/** The stream with rows from one on that are broken. */
function broken(stream: Stream, from: number, breaks: Break): Stream {
  const { data } = stream;
  const features = data.features.slice();
  for (let row = from; row < data.rows; row++)
    breaks(features.subarray(row * data.width, (row + 1) * data.width), row);
  return { ...stream, data: { ...data, features } };
}
