import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeatureSpec } from '@driftloop/schemas';
import { allocateRows } from '@driftloop/spec';
import { createRandom } from '@driftloop/stats';
import { buildReferenceProfile } from '../../src/index.ts';
import { watchedColumns } from '../../src/row-watch/watched-columns.ts';
import { specOf } from '../fixtures.ts';

const ROWS = 400;

function columnsOf(features: readonly FeatureSpec[], value: (slot: number, row: number) => number) {
  const spec = { ...specOf({}), features };
  const width = features.reduce((sum, { size = 0 }) => sum + Math.max(1, size), 0);
  const data = allocateRows(ROWS, width);
  for (let row = 0; row < ROWS; row++)
    for (let slot = 0; slot < width; slot++) data.features[row * width + slot] = value(slot, row);
  const texts = ['a', 'b'];
  const outputs = new Float32Array(2 * ROWS).fill(0.5);
  return watchedColumns(buildReferenceProfile({ spec, data: { ...data, texts }, outputs }));
}

test('of more columns than there is room for those stay that say most, in their order', () => {
  const random = createRandom(1);
  const features = Array.from(
    { length: 100 },
    (_, i): FeatureSpec => ({ name: `f${i}`, kind: 'numeric', allowMissing: true }),
  );
  // Every third is a constant.
  const { columns, width } = columnsOf(features, (slot) => (slot % 3 === 0 ? 7 : random.normal()));
  assert.equal(width, 100);
  assert.equal(columns.length, 64);
  assert.ok(columns.every(({ slot }) => slot % 3 !== 0));
  assert.deepEqual(
    columns.map(({ slot }) => slot),
    columns.map(({ slot }) => slot).sort((a, b) => a - b),
  );
});

test('numbers of vectors come after all features, those first that vary most; texts are no columns', () => {
  const random = createRandom(2);
  const features: FeatureSpec[] = [
    { name: 'review', kind: 'text', allowMissing: false },
    { name: 'image', kind: 'embedding', size: 80, allowMissing: false },
    { name: 'age', kind: 'numeric', allowMissing: false },
  ];
  const { columns, width } = columnsOf(features, (slot, row) =>
    slot === 0 ? row % 2 : slot === 81 ? random.normal() : slot * random.normal(),
  );
  assert.equal(width, 82);
  assert.equal(columns.length, 64);
  assert.equal(columns.at(-1)?.name, 'age');
  // 63 of the 80 numbers: mostly those with the larger factors.
  assert.ok(columns.filter(({ slot }) => slot > 40).length >= 40);
  assert.ok(columns.every(({ slot }) => slot > 0));
});

test('of many categories the most frequent ones are told apart; cuts are the eighths of the reference', () => {
  const random = createRandom(3);
  const features: FeatureSpec[] = [
    { name: 'shop', kind: 'categorical', allowMissing: false },
    { name: 'age', kind: 'numeric', allowMissing: false },
  ];
  const { columns } = columnsOf(features, (slot) =>
    slot === 0 ? Math.floor(60 * random.uniform() ** 3) : random.uniform(),
  );
  const [shop, age] = columns;
  assert.equal(shop?.categories, 16);
  assert.equal(shop?.codes?.get(0), 0);
  assert.equal(shop?.codes?.size, 15);
  assert.equal(age?.cuts.length, 7);
  age?.cuts.forEach((cut, i) => {
    assert.ok(Math.abs(cut - (i + 1) / 8) < 0.08, `cut ${i} at ${cut}`);
  });
});
