import { DriftloopError } from '@driftloop/errors';
import type { FeatureSpec } from '@driftloop/schemas';
import type { Column, ColumnTable } from '@driftloop/tables';
import { countNames, sortNames } from '../table/cell-names.ts';
import { namedColumns, typed } from '../table/named-columns.ts';
import { numbersButFor } from './numbers-but-for.ts';
import { isFreeText, vectorSize } from './texts-and-vectors.ts';

/** What a user says of columns. */
export interface FeatureWishes {
  /** Columns of categories, whatever their cells look like. */
  readonly categorical: readonly string[];
  /** Columns of numbers, also where the file has them as texts. */
  readonly numeric: readonly string[];
  /** Columns of free text. @default none but those that can be nothing else */
  readonly text?: readonly string[];
}

/** Categories that a spec holds. */
const MOST_CATEGORIES = 1_000;
/** Names longer than this are none. */
const MOST_CHARACTERS = 200;
/** A text in more than half of the rows, and in so many, is an id rather than a category. */
const MOST_IN_FEW_ROWS = 50;

/**
 * Guesses features from columns: numbers are numeric; texts, true and false categories by name.
 *
 * @throws DriftloopError REQUEST_INVALID naming all columns that are no features and what to type
 */
export function guessFeatures(
  table: ColumnTable,
  columns: readonly Column[],
  given: FeatureWishes,
): { readonly features: FeatureSpec[]; readonly told: readonly string[] } {
  const names = columns.map(({ name }) => name);
  const wishes = {
    categorical: namedColumns(names, given.categorical),
    numeric: namedColumns(names, given.numeric),
    text: namedColumns(names, given.text ?? []),
  };
  const unknown = [...wishes.categorical, ...wishes.numeric, ...wishes.text].find(
    (name) => !names.includes(name),
  );
  if (unknown !== undefined)
    throw invalid(`There is no column '${unknown}'; the features are ${names.join(', ')}.`);
  const refused: Refused[] = [];
  const told: string[] = [];
  const features = columns.map((column): FeatureSpec => {
    const { name } = column;
    const allowMissing = hasMissing(column, table.rows);
    const isWished = wishes.categorical.includes(name) || wishes.numeric.includes(name);
    const size = isWished || wishes.text.includes(name) ? 0 : vectorSize(column, table.rows);
    if (size > 0) {
      told.push(`'${name}' is an embedding of ${size} numbers.`);
      return { name, kind: 'embedding', allowMissing, categories: [], size };
    }
    if (wishes.text.includes(name) || (!isWished && isFreeText(column, table.rows))) {
      if (!wishes.text.includes(name))
        told.push(`'${name}' is free text. If it is none, leave it out (--ignore ${typed(name)}).`);
      return { name, kind: 'text', allowMissing, categories: [] };
    }
    if (isNumeric(column, wishes)) {
      if (isRowNumber(column, table.rows))
        told.push(
          `'${name}' counts the rows. If it is an id, leave it out (--ignore ${typed(name)}), or take it for one when producing (--id ${typed(name)}).`,
        );
      return { name, kind: 'numeric', allowMissing, categories: [] };
    }
    if (areIndices(column, table.rows)) return { name, kind: 'categorical', allowMissing, categories: [] };
    const counts = countNames(column, table.rows);
    const marks = wishes.categorical.includes(name) ? [] : numbersButFor(column, counts);
    const why = whyNoCategory(column, counts, marks);
    if (why !== undefined) refused.push({ name, ...why });
    else if (marks.length > 0)
      told.push(
        `'${name}' is numbers but for ${listed(marks)}, so its texts are categories. If that stands for missing values: ${missing(marks)}.`,
      );
    return { name, kind: 'categorical', allowMissing, categories: sortNames(counts.keys()) };
  });
  if (refused.length > 0) throw refusal(table, refused);
  return { features, told };
}

interface Refused {
  readonly name: string;
  readonly why: string;
  /** Another thing to type than leaving it out. */
  readonly instead?: string;
}

function isNumeric({ name, kind }: Column, { categorical, numeric }: FeatureWishes): boolean {
  return numeric.includes(name) || (kind === 'number' && !categorical.includes(name));
}

/** Whether a column holds indices of categories, whose names the file does not know. */
function areIndices(column: Column, rows: number): boolean {
  if (column.kind !== 'number') return false;
  for (let row = 0; row < rows; row++) {
    const value = column.number(row);
    if (!Number.isNaN(value) && !(Number.isInteger(value) && value >= 0 && value < MOST_CATEGORIES))
      return false;
  }
  return true;
}

function whyNoCategory(
  { kind, name }: Column,
  counts: ReadonlyMap<string, number>,
  marks: readonly string[],
): Omit<Refused, 'name'> | undefined {
  if (kind === 'time') return { why: 'dates or times', instead: `--time ${typed(name)}` };
  if (kind === 'nested') return { why: 'lists' };
  if (kind === 'empty') return { why: 'empty in every row' };
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const { size } = counts;
  const isTooMany = size > MOST_CATEGORIES || (size > MOST_IN_FEW_ROWS && size > rows / 2);
  if (isTooMany && marks.length > 0)
    return { why: `numbers but for ${listed(marks)}`, instead: missing(marks) };
  const first = [...counts.keys()][0] ?? '';
  const areNumbers = [...counts.keys()].every((text) => /^[+-]?\d+(\.\d+)?$/.test(text));
  const other = areNumbers ? `--numeric ${typed(name)}` : size === rows ? `--id ${typed(name)}` : undefined;
  const instead = other === undefined ? {} : { instead: other };
  if (isTooMany)
    return {
      why: `${size.toLocaleString('en-US')} different texts in ${rows.toLocaleString('en-US')} rows, such as '${first.slice(0, 40)}'`,
      ...instead,
    };
  if ([...counts.keys()].some((text) => text.length > MOST_CHARACTERS))
    return { why: `texts of more than ${MOST_CHARACTERS} characters` };
  return undefined;
}

function refusal({ path }: ColumnTable, refused: readonly Refused[]): DriftloopError {
  const columns = refused.map(({ name, why, instead }) => {
    const ways = [...(instead === undefined ? [] : [instead]), `--ignore ${typed(name)}`];
    return `'${name}' (${why}): ${ways.join(' or ')}`;
  });
  const names = refused.map(({ name }) => name);
  const all = names.some((name) => name.includes(','))
    ? names.map((name) => `--ignore ${typed(name)}`).join(' ')
    : `--ignore ${names.map(typed).join(',')}`;
  const together = refused.length > 1 ? `. To leave all of them out: ${all}` : '';
  return invalid(
    `${path} has columns that are no features as they are. Add to the line, for each of them: ${columns.join('; ')}${together}`,
  );
}

function listed(texts: readonly string[]): string {
  return texts.map((text) => `'${text.slice(0, 40)}'`).join(' and ');
}

function missing(marks: readonly string[]): string {
  return marks.map((text) => `--missing ${typed(text)}`).join(' ');
}

function hasMissing(column: Column, rows: number): boolean {
  for (let row = 0; row < rows; row++) if (column.text(row) === undefined) return true;
  return false;
}

/** Whether whole numbers go up by one from row to row. */
function isRowNumber(column: Column, rows: number): boolean {
  if (rows < 3) return false;
  for (let row = 1; row < rows; row++) if (column.number(row) !== column.number(row - 1) + 1) return false;
  return true;
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
