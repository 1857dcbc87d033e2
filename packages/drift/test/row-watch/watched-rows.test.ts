import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWatchedRowsWriter, readWatchedRows } from '../../src/row-watch/watched-rows.ts';
import type { Outcome } from '../../src/sketch/outcomes.ts';
import { profileOf, specOf } from '../fixtures.ts';

const profile = profileOf(specOf({ numeric: 2, categorical: true }), 300);

function outcome(given: Partial<Outcome> = {}): Outcome {
  const place = { requestPartition: 3, requestOffset: 70_000 };
  return {
    version: 2,
    eventTime: 1e12,
    labelEventTime: 1e12,
    predicted: 0,
    label: 1,
    confidence: 0.5,
    rivals: [],
    ...place,
    ...given,
  };
}

test('rows come back in their order, with categories that the reference lacks as one and missing values', () => {
  const writer = createWatchedRowsWriter();
  writer.add(outcome(), [0.5, Number.NaN, 2], profile);
  writer.add(outcome({ eventTime: 1e12 - 5, requestOffset: 12, label: 0 }), [1e30, -7, 99], profile);
  writer.add(outcome({ version: 300 }), [0, 0, Number.NaN], profile);
  const bytes = writer.bytes();
  const rows = [...readWatchedRows(bytes, () => profile)];
  assert.deepEqual(
    rows.map(({ features, columns: _, ...row }) => [...Object.values(row), ...features]),
    [
      [2, 1e12, 3, 70_000, 0, 1, 0.5, Number.NaN, 2],
      [2, 1e12 - 5, 3, 12, 0, 0, Math.fround(1e30), -7, 3],
      [300, 1e12, 3, 70_000, 0, 1, 0, 0, Number.NaN],
    ],
  );
  // Two numbers and a category, beside what tells the row.
  assert.ok(bytes.length <= 3 * 26, `${bytes.length} bytes`);
});

test('a row of another width and an answer that is no class are left out', () => {
  const writer = createWatchedRowsWriter();
  writer.add(outcome(), [1, 2], profile);
  writer.add(outcome({ predicted: 0.5 }), [1, 2, 0], profile);
  writer.add(outcome({ label: 2 }), [1, 2, 0], profile);
  assert.equal(writer.bytes().length, 0);
});

test('what no writer writes is refused, and what follows a version that is lost is not read', () => {
  const writer = createWatchedRowsWriter();
  writer.add(outcome(), [1, 2, 0], profile);
  const bytes = writer.bytes();
  const read = (own: Uint8Array) => [...readWatchedRows(own, () => profile)];
  assert.throws(() => read(bytes.slice(0, -1)), { code: 'DATA_INVALID' });
  assert.throws(() => read(Uint8Array.of(7)), /format 7/);
  assert.throws(() => read(bytes.with(-1, 9)), /category 9 of 4/);
  assert.throws(() => read(bytes.with(-10, 5)), /classes 0 and 5 of 2/);
  assert.deepEqual([...readWatchedRows(bytes, () => undefined)], []);
});
