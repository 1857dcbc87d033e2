import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRows, isSame } from '../src/check/compare-rows.ts';
import type { Row } from '../src/conclusions/row.ts';

const KIND = { key: ['model', 'end'], ignored: ['at'] };
const row = (end: number, fields: Row = {}): Row => ({ model: 'm', end, n: 5, p: null, at: 1, ...fields });
const ROWS = [row(1), row(2), row(3)];
const compare = (rows: readonly Row[], mustBeThere: (row: Row) => boolean = () => true) =>
  compareRows(ROWS, rows, KIND, mustBeThere);

test('the same rows are the same in another order, at another time, and twice', () => {
  const found = compare([row(3), row(1, { at: 2 }), row(2), row(2, { at: 3 })]);
  assert(isSame(found));
  assert.equal(found.rows, 3);
});

test('rows that are missing, more, or different in any column are told', () => {
  const found = compare([row(1, { n: 6 }), row(3, { p: 0.5, n: 6 }), row(4)]);
  assert(!isSame(found));
  assert.deepEqual([found.lost, found.unexpected, found.differing], [1, 1, 2]);
  assert.deepEqual(found.columns, { n: 2, p: 1 });
  assert.deepEqual(found.examples, [
    'model m, end 1: n 5 became 6',
    'lost: model m, end 2',
    'model m, end 3: n 5 became 6, p null became 0.5',
    'unexpected: model m, end 4',
  ]);
});

test('a column that only one of them has differs, also within lists; no number is taken for another', () => {
  assert.equal(compare([row(1, { detail: '' }), row(2), row(3)]).differing, 1);
  const nested = [row(1, { n: [{ partition: 0, offset: 7 }] })];
  const other = [row(1, { n: [{ partition: 0, offset: 8 }] })];
  assert.equal(compareRows(nested, other, KIND, () => true).differing, 1);
  assert.equal(compareRows([row(1, { n: NaN })], [row(1, { n: Infinity })], KIND, () => true).differing, 1);
  assert.equal(compareRows([row(1, { n: NaN })], [row(1)], KIND, () => true).differing, 1);
});

test('one row twice with different contents contradicts itself', () => {
  const found = compare([...ROWS, row(2, { n: 4 })]);
  assert.equal(found.contradicting, 1);
  assert(!isSame(found));
});

test('what need not be there is compared where it is', () => {
  const closed = ({ end }: Row) => Number(end) < 3;
  assert(isSame(compare([row(1), row(2)], closed)));
  assert(isSame(compare([...ROWS, row(4)], closed)));
  assert.equal(compare([row(1), row(2), row(3, { n: 0 })], closed).differing, 1);
});
