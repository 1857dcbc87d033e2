import { DriftloopError } from '@driftloop/errors';
import type { Column, ColumnTable } from '../column-table.ts';
import { parseTimeText, type TimeText, timeOf } from './time-texts.ts';

/** What of a date like 01/02/2014 comes first. */
export type DateOrder = 'day-first' | 'month-first';

/** The times of a column, and what was taken for it. */
export interface TimesTaken {
  /** Epoch milliseconds, one per row. */
  readonly times: Float64Array;
  /** In a few words. */
  readonly taken: string;
}

/** Numbers from there on are the epoch in that unit: seconds of 1973 are 1e8, milliseconds 1e11. */
const UNITS = [
  { from: 1e17, name: 'nanoseconds', perMs: 1e6 },
  { from: 1e14, name: 'microseconds', perMs: 1e3 },
  { from: 1e11, name: 'milliseconds', perMs: 1 },
  { from: 1e8, name: 'seconds', perMs: 1e-3 },
] as const;

/**
 * Reads a column as points in time: ISO 8601, dates with points (31.01.2014 12:00), dates with
 * slashes where day and month are told apart by the column or by `order`, the epoch in seconds to
 * nanoseconds. A time without a zone is one of UTC.
 *
 * @throws DriftloopError REQUEST_INVALID naming the first cell that is none, and what to do
 */
export function timesOf(table: ColumnTable, column: Column, order?: DateOrder): TimesTaken {
  const first = Array.from({ length: table.rows }, (_, row) => row).find(
    (row) => column.text(row) === undefined,
  );
  if (first !== undefined)
    throw invalid(
      `${table.path} ${table.where(first)}: the time '${column.name}' is missing, and a row without one cannot be placed. Leave such rows out, or give another column.`,
    );
  if (column.kind === 'number') return epochOf(table, column);
  if (isDates(column, table.rows)) return datesOf(table, column);
  return textsOf(table, column, order);
}

/** Dates that the file has as such. */
function isDates(column: Column, rows: number): boolean {
  return column.kind === 'time' && rows > 0 && !Number.isNaN(column.number(0));
}

function datesOf({ rows }: ColumnTable, column: Column): TimesTaken {
  const times = Float64Array.from({ length: rows }, (_, row) => column.number(row));
  return { times, taken: `${column.name} is the time` };
}

function epochOf(table: ColumnTable, column: Column): TimesTaken {
  const largest = Math.abs(column.number(0));
  const unit = UNITS.find(({ from }) => largest >= from);
  const times = new Float64Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const value = column.number(row);
    const own = UNITS.find(({ from }) => Math.abs(value) >= from);
    if (unit === undefined || own !== unit)
      throw invalid(
        `${table.path} ${table.where(row)}: ${value} in '${column.name}' is no time${unit ? ` in ${unit.name}, as the first row is` : ''}. Numbers must be seconds or milliseconds since 1970; for rows at even distances leave --time out and give --start and --interval.`,
      );
    times[row] = Math.floor(value / unit.perMs);
  }
  return { times, taken: `${column.name} is the time, in ${unit?.name} since 1970` };
}

function textsOf(table: ColumnTable, column: Column, wanted?: DateOrder): TimesTaken {
  const known = new Map<string, TimeText>();
  let [isOpen, isZoned, largestFirst, largestSecond] = [false, true, 0, 0];
  for (let row = 0; row < table.rows; row++) {
    const text = column.text(row) ?? '';
    if (known.has(text)) continue;
    const time = parseTimeText(text);
    if (time === undefined)
      throw invalid(
        `${table.path} ${table.where(row)}: '${text}' in '${column.name}' is no time. Taken are 2014-01-31T12:00:00Z, 2014-01-31, 31.01.2014 12:00, 01/31/2014, and seconds or milliseconds since 1970.`,
      );
    known.set(text, time);
    isZoned &&= time.zone !== undefined;
    if (time.order === 'known') continue;
    isOpen = true;
    largestFirst = Math.max(largestFirst, time.first);
    largestSecond = Math.max(largestSecond, time.second);
  }
  const order = isOpen ? (wanted ?? orderOf(largestFirst, largestSecond)) : 'month-first';
  if (order === undefined)
    throw invalid(
      `${table.path}: whether day or month comes first in '${column.name}' ('${column.text(0)}') cannot be seen: both go up to ${Math.max(largestFirst, largestSecond)} at most. Say it: --dates day-first or --dates month-first.`,
    );
  const times = new Float64Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const text = column.text(row) ?? '';
    const time = known.get(text) as TimeText;
    const isMonthFirst = time.order === 'known' || order === 'month-first';
    const [month, day] = isMonthFirst ? [time.first, time.second] : [time.second, time.first];
    const at = timeOf(time, month, day);
    if (Number.isNaN(at))
      throw invalid(
        `${table.path} ${table.where(row)}: '${text}' in '${column.name}' is no day${time.order === 'open' ? ` with the ${order === 'day-first' ? 'day' : 'month'} first` : ''}.`,
      );
    times[row] = at;
  }
  const words = [`${column.name} is the time`];
  if (!isZoned) words.push('in UTC, since it names no zone');
  if (isOpen) words.push(`the ${order === 'day-first' ? 'day' : 'month'} first`);
  return { times, taken: words.join(', ') };
}

function orderOf(largestFirst: number, largestSecond: number): DateOrder | undefined {
  if (largestFirst > 12) return 'day-first';
  return largestSecond > 12 ? 'month-first' : undefined;
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
