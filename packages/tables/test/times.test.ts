import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, type ColumnTable, type DateOrder, timesOf } from '../src/index.ts';

function times(cells: readonly (string | number)[], order?: DateOrder) {
  const column: Column = {
    name: 'when',
    kind: typeof cells[0] === 'number' ? 'number' : 'text',
    text: (row) => String(cells[row]),
    number: (row) => Number(cells[row]),
  };
  const table: ColumnTable = {
    path: 'rows.csv',
    format: 'CSV',
    rows: cells.length,
    columns: [column],
    where: (row) => `line ${row + 2}`,
    taken: [],
    isPlain: true,
  };
  const { times: read, taken } = timesOf(table, column, order);
  return { read: [...read].map((time) => new Date(time).toISOString()), taken };
}

for (const [given, iso] of [
  ['2014-01-31', '2014-01-31T00:00:00.000Z'],
  ['2014-01-31T12:30:15.5Z', '2014-01-31T12:30:15.500Z'],
  ['2014-01-31 12:30', '2014-01-31T12:30:00.000Z'],
  ['2014-01-31T12:30:00+02:00', '2014-01-31T10:30:00.000Z'],
  ['2014-01-31T12:30:00-0330', '2014-01-31T16:00:00.000Z'],
  ['2014/1/31', '2014-01-31T00:00:00.000Z'],
  ['31.01.2014 12:30', '2014-01-31T12:30:00.000Z'],
  ['1.2.2014', '2014-02-01T00:00:00.000Z'],
  ['01/31/2014 12:30 PM', '2014-01-31T12:30:00.000Z'],
  ['31/01/2014', '2014-01-31T00:00:00.000Z'],
  ['2014-01-31 12:30:15.123456789', '2014-01-31T12:30:15.123Z'],
  [1391126400, '2014-01-31T00:00:00.000Z'],
  [1391126400.25, '2014-01-31T00:00:00.250Z'],
  [1391126400000, '2014-01-31T00:00:00.000Z'],
  [1391126400000000, '2014-01-31T00:00:00.000Z'],
  [1391126400000000000, '2014-01-31T00:00:00.000Z'],
] as const)
  test(`${given} is ${iso}`, () => assert.deepEqual(times([given]).read, [iso]));

test('whether the day comes first, the whole column says, or the user', () => {
  const open = ['01/02/2014', '03/04/2014'];
  assert.deepEqual(times([...open, '13/04/2014']).read[0], '2014-02-01T00:00:00.000Z');
  assert.deepEqual(times([...open, '04/13/2014']).read[0], '2014-01-02T00:00:00.000Z');
  assert.throws(() => times(open), {
    code: 'REQUEST_INVALID',
    message:
      /day or month comes first in 'when' \('01\/02\/2014'\).*--dates day-first or --dates month-first/,
  });
  assert.deepEqual(times(open, 'day-first').read[0], '2014-02-01T00:00:00.000Z');
  assert.deepEqual(times(open, 'month-first').read[0], '2014-01-02T00:00:00.000Z');
  assert.match(times(open, 'day-first').taken, /in UTC, since it names no zone, the day first/);
  assert.throws(() => times(['13/13/2014']), { message: /line 2: '13\/13\/2014' .* is no day/ });
});

for (const [what, cells, message] of [
  ['a text', ['2014-01-31', 'yesterday'], /line 3: 'yesterday' in 'when' is no time\. Taken are/],
  ['a day that is none', ['2014-02-30'], /line 2: '2014-02-30' in 'when' is no day/],
  ['an hour that is none', ['2014-02-03 25:00'], /no time/],
  ['a row number', [1, 2, 3], /1 in 'when' is no time.*--start and --interval/],
  ['seconds, then milliseconds', [1391126400, 1391126400000], /line 3: 1391126400000 .* no time in seconds/],
] as const)
  test(`refused: ${what}`, () => assert.throws(() => times(cells), { code: 'REQUEST_INVALID', message }));
