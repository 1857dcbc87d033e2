import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import type { CountTable } from '../../src/row-watch/count-tables.ts';
import { SplitEvidence } from '../../src/row-watch/split-evidence.ts';

const TABLE = { cells: 3, categories: 2, rise: false, spread: 0.3, share: 0.5 };
const TABLES: Readonly<Record<string, readonly CountTable[]>> = {
  'two outcomes': [TABLE, { ...TABLE, cells: 20 }],
  'rises only': [
    { ...TABLE, rise: true },
    { ...TABLE, cells: 1, spread: 1, rise: true },
  ],
  'more outcomes, given how many there are of each': [
    { ...TABLE, categories: 5, isConditional: true },
    { ...TABLE, categories: 3, cells: 9, isConditional: true },
  ],
  'more outcomes, by their prior': [
    { ...TABLE, categories: 9, cells: 1, spread: 1 },
    { ...TABLE, categories: 3 },
  ],
};

for (const [name, tables] of Object.entries(TABLES)) {
  test(`${name}: the bound is above the evidence and within 3 % of it, with and without drift, for as long as nobody asks`, () => {
    const random = createRandom(name);
    let asked = 0;
    for (let run = 0; run < 6; run++) {
      const evidence = new SplitEvidence(tables, 300, 4, 1.1);
      const rows = 200 + random.integer(1400);
      for (let row = 0; row < rows; row++) {
        const skew = run % 2 === 0 || row < rows - 40 ? 2 : 0.5;
        evidence.add(
          Int32Array.from(tables, ({ cells, categories }) =>
            random.uniform() < 0.1
              ? -1
              : random.integer(cells) * categories + Math.floor(categories * random.uniform() ** skew),
          ),
        );
        if (random.uniform() > 0.003 && row < rows - 8) continue;
        const { atMost, value } = evidence;
        if (value === 0) continue;
        asked++;
        assert.ok(value <= atMost && atMost <= 1.03 * value, `${value} and at most ${atMost} at ${row}`);
      }
    }
    assert.ok(asked > 20);
  });
}

test('evidence beyond what a float32 holds is still bounded, and bounds come back after it', () => {
  const evidence = new SplitEvidence([{ ...TABLE, cells: 1, spread: 1, share: 1 }], 4000, 8, 1.35);
  const add = (rows: number, one: number) => {
    for (let row = 0; row < rows; row++) evidence.add(Int32Array.of(one));
  };
  add(400, 0);
  add(400, 1);
  assert.ok(evidence.atMost >= evidence.value && evidence.value > 1e80);
  add(8, 0);
  assert.ok(evidence.atMost >= evidence.value);
  evidence.restart();
  for (let row = 0; row < 800; row++) add(1, row % 2);
  assert.ok(evidence.atMost < 1000 && evidence.atMost >= evidence.value);
});
