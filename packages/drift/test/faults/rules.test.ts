import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '@driftloop/stats';
import { renamedCategories } from '../../src/faults/category-rule.ts';
import { constantColumns } from '../../src/faults/constant-rule.ts';
import { duplicateRows } from '../../src/faults/duplicate-rule.ts';
import type { Fault } from '../../src/faults/fault.ts';
import { columnsOf, type FaultWindow } from '../../src/faults/fault-window.ts';
import { missingColumns } from '../../src/faults/null-rule.ts';
import { placeholders } from '../../src/faults/placeholder-rule.ts';
import { roundedColumns } from '../../src/faults/rounded-rule.ts';
import { swappedColumns } from '../../src/faults/swapped-rule.ts';
import { unitChanges } from '../../src/faults/unit-rule.ts';
import { windowOf, worldProfile, worldRows } from './windows.ts';

const RULES = {
  swapped: (window: FaultWindow) => swappedColumns(columnsOf(window)),
  renamed: (window: FaultWindow) => renamedCategories(columnsOf(window)),
  unit: (window: FaultWindow) => unitChanges(columnsOf(window)),
  constant: (window: FaultWindow) => constantColumns(columnsOf(window)),
  rounded: (window: FaultWindow) => roundedColumns(columnsOf(window)),
  placeholder: (window: FaultWindow) => placeholders(columnsOf(window)),
  nulls: (window: FaultWindow) => missingColumns(columnsOf(window), window.n),
  duplicates: duplicateRows,
};
type Kind = keyof typeof RULES;

/** Which rules speak of a window, and what of which columns. */
function found(window: FaultWindow): Partial<Record<Kind, string[]>> {
  const explained = new Set<string>();
  const told = Object.entries(RULES).flatMap(([kind, rule]) => {
    const faults: Fault[] = rule(window);
    // A column of which a more telling sign was told is not told again.
    const columns = faults.flatMap((fault) => fault.columns.filter((column) => !explained.has(column)));
    for (const column of columns) explained.add(column);
    const isWhole = faults.some((fault) => fault.columns.length === 0);
    return columns.length > 0 || isWhole ? [[kind, columns] as const] : [];
  });
  return Object.fromEntries(told);
}

type Row = number[];
const set = (column: number, change: (value: number, i: number) => number) => (rows: Row[]) =>
  rows.map((row, i) => row.with(column, change(row[column]!, i)));
const PRICE = 0;
const TEMPERATURE = 2;
const HEIGHT = 3;
const KIND = 4;

/** What is done to the rows of a window, and what is to be said of it. */
const CASES: readonly [string, (rows: Row[], unit: number) => Row[], Partial<Record<Kind, string[]>>][] = [
  ['nothing', (rows) => rows, {}],
  [
    'inputs that move by half a deviation',
    (rows, unit) => set(HEIGHT, (x) => x + 0.5 * unit)(set(PRICE, (x) => x * 1.35)(rows)),
    {},
  ],
  ['a category that comes twice as often', set(KIND, (x, i) => (i % 4 === 0 ? 2 : x)), {}],
  ['a new category that takes its rows from all', set(KIND, (x, i) => (i % 5 === 0 ? 9 : x)), {}],
  ['nulls', set(PRICE, (x, i) => (i % 5 === 0 ? Number.NaN : x)), { nulls: ['price'] }],
  [
    'nulls in two columns',
    (rows) =>
      set(HEIGHT, (x, i) => (i % 3 ? x : Number.NaN))(set(PRICE, (x, i) => (i % 3 ? x : Number.NaN))(rows)),
    { nulls: ['price', 'größe in m'] },
  ],
  ['a thousand times as large', set(PRICE, (x) => 1000 * x), { unit: ['price'] }],
  ['a billionth', set(PRICE, (x) => 1e-9 * x), { unit: ['price'] }],
  [
    'a part that is a hundred times as large',
    set(PRICE, (x, i) => (i % 3 ? x : 100 * x)),
    { unit: ['price'] },
  ],
  ['both signs, a million times as large', set(HEIGHT, (x) => 1e6 * x), { unit: ['größe in m'] }],
  ['both signs, a thousandth', set(HEIGHT, (x) => 1e-3 * x), { unit: ['größe in m'] }],
  ['degrees of another scale', set(TEMPERATURE, (x) => 1.8 * x + 32), { unit: ['temperature'] }],
  ['swapped', (rows) => rows.map(([a, b, ...rest]) => [b!, a!, ...rest]), { swapped: ['price', 'weight'] }],
  ['a constant', (rows) => set(PRICE, () => rows[0]![PRICE]!)(rows), { constant: ['price'] }],
  ['a constant that is new', set(PRICE, () => 0), { constant: ['price'] }],
  ['a value for what is missing', set(PRICE, (x, i) => (i % 4 ? x : -999)), { placeholder: ['price'] }],
  ['0 for what is missing', set(PRICE, (x, i) => (i % 4 ? x : 0)), { placeholder: ['price'] }],
  [
    'lost digits',
    (rows, unit) => set(PRICE, (x) => Math.round(x / (200 * unit)) * 200 * unit)(rows),
    { rounded: ['price'] },
  ],
  ['a category under another name', set(KIND, (x) => (x === 1 ? 17 : x)), { renamed: ['kind'] }],
  ['all categories under other names', set(KIND, (x) => x + 20), { renamed: ['kind'] }],
  [
    'rows that come twice',
    (rows) => rows.flatMap((row, i) => (i % 3 ? [row] : [row, row])),
    { duplicates: [] },
  ],
];

for (const unit of [1, 1e-9, 1e9]) {
  const profile = worldProfile(unit, 2000);
  for (const [name, change, expected] of CASES)
    test(`unit ${unit}, ${name}: just that is told`, () => {
      const rows = change(worldRows(400, createRandom(5), unit), unit);
      assert.deepEqual(found(windowOf(profile, rows)), expected);
    });
}

test('a column about 0 that comes in a smaller unit lies in one bin: the factor is told all the same', () => {
  const rows = set(HEIGHT, (x) => 1e-4 * x)(worldRows(400, createRandom(7)));
  const [fault] = unitChanges(columnsOf(windowOf(worldProfile(), rows)));
  assert.equal(fault?.text, 'größe in m comes in another unit: 10,000 times as small');
});

test('a window of few rows, of nothing, or of nothing but nulls tells no more than that', () => {
  const profile = worldProfile();
  const rows = worldRows(400, createRandom(3));
  assert.deepEqual(found(windowOf(profile, [])), {});
  assert.deepEqual(
    found(
      windowOf(
        profile,
        rows.slice(0, 5).map((row) => row.map((x) => 1000 * x)),
      ),
    ),
    {},
  );
  const { nulls } = found(
    windowOf(
      profile,
      rows.map((row) => row.map(() => Number.NaN)),
    ),
  );
  assert.equal(nulls?.length, 5);
});

test('a hundred windows of the reference tell nothing', () => {
  const profile = worldProfile();
  const random = createRandom(11);
  const told = Array.from({ length: 100 }, () => found(windowOf(profile, worldRows(200, random))));
  assert.deepEqual(
    told.filter((one) => Object.keys(one).length > 0),
    [],
  );
});
