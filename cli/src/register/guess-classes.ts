import { DriftloopError, listed } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import type { Column, ColumnTable } from '@driftloop/tables';
import { countNames, sortNames } from '../table/cell-names.ts';

/** What the labels of a file are. */
export interface GuessedClasses {
  readonly task: ModelSpec['task'];
  /** 0 for a regression. */
  readonly classes: number;
  /** By index; undefined where labels are indices, or values. */
  readonly classNames?: readonly string[];
  /** What was taken for what, and what to mind, a sentence each. */
  readonly told: readonly string[];
}

/** Whole numbers are classes up to so many of them, and if they lie no further apart. */
const MOST_NUMBERS = 50;
/** So many whole numbers may be classes whatever their rows are; more must each be there often. */
const FEW_NUMBERS = 10;
const OFTEN = 10;
/** Rows of a class from which numbers that lie far apart are codes rather than values. */
const CODE_ROWS = 20;
/** Names that a spec holds. */
const MOST_NAMES = 1_000;
/** Rare classes that are told of. */
const MOST_TOLD = 12;
/** A class with fewer rows is said to be rare. */
const RARE_ROWS = 10;
const RARE_SHARE = 0.01;

/**
 * Guesses task and classes from a column of labels. 0 to k - 1 are class indices; other whole
 * numbers, texts, true and false are names of classes, in their order; many different numbers or
 * fractions are a regression's values.
 *
 * @param wanted the task that the user names
 * @throws DriftloopError REQUEST_INVALID where the labels are no classes, or no values, of such a
 *   task, or all the same
 */
export function guessClasses(table: ColumnTable, column: Column, wanted?: ModelSpec['task']): GuessedClasses {
  const counts = countNames(column, table.rows);
  const { name } = column;
  if (counts.size === 0) throw invalid(`The column of labels is empty: '${name}'.`);
  const known = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const numbers = column.kind === 'number' ? [...counts.keys()].map(Number) : undefined;
  const task = wanted ?? (numbers && !areClasses(numbers, known) ? 'regression' : undefined);
  const missing = known < table.rows ? [`${told(table.rows - known)} rows have no label.`] : [];
  if (task === 'regression') {
    if (numbers === undefined)
      throw invalid(
        `A regression needs labels that are numbers; '${name}' has ${listed([...counts.keys()])}. Leave --task out, or name another --label.`,
      );
    const hint =
      wanted === undefined && numbers.every(Number.isInteger)
        ? ` If they are classes, say so: --task multiclass.`
        : '';
    const sorted = Float64Array.from(numbers).sort();
    const values = `${told(counts.size)} different numbers from ${sorted[0]} to ${sorted.at(-1)}`;
    return {
      task,
      classes: 0,
      told: [`'${name}' is a value to be estimated: ${values}.${hint}`, ...missing],
    };
  }
  checkClasses(name, counts, numbers, known, task);
  const names = sortNames(counts.keys());
  const areIndices = numbers !== undefined && isFromZero(numbers);
  const classes = areIndices ? Math.max(2, names.length) : names.length;
  if (task === 'binary' && classes !== 2)
    throw invalid(
      `A binary task has two classes; '${name}' has ${classes}: ${listed(names)}. Leave --task out.`,
    );
  const what = areIndices
    ? `'${name}' has the class indices 0 to ${classes - 1}.`
    : `'${name}' has ${classes} classes by name: ${listed(names)}.`;
  return {
    task: task ?? (classes === 2 ? 'binary' : 'multiclass'),
    classes,
    ...(areIndices ? {} : { classNames: names }),
    told: [what, ...rareClasses(counts, known, areIndices ? classes : 0), ...missing],
  };
}

function areClasses(numbers: readonly number[], rows: number): boolean {
  const { length } = numbers;
  if (!numbers.every(Number.isSafeInteger) || length > MOST_NUMBERS) return false;
  if (length > FEW_NUMBERS && rows < OFTEN * length) return false;
  const isNarrow = Math.max(...numbers) - Math.min(...numbers) < MOST_NUMBERS;
  return isNarrow || rows >= CODE_ROWS * length;
}

/** Whether numbers are the class indices 0 to k - 1; a binary task's may be one of both. */
function isFromZero(numbers: readonly number[]): boolean {
  const most = numbers.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
  return (
    numbers.every((value) => Number.isInteger(value) && value >= 0) && (most < numbers.length || most === 1)
  );
}

function checkClasses(
  name: string,
  counts: ReadonlyMap<string, number>,
  numbers: readonly number[] | undefined,
  rows: number,
  task: ModelSpec['task'] | undefined,
): void {
  const { size } = counts;
  if (numbers?.some((value) => !Number.isInteger(value)))
    throw invalid(
      `A ${task} task needs labels that are whole numbers or names; '${name}' has fractions. Leave --task out for a regression.`,
    );
  if (size > MOST_NAMES || (numbers === undefined && size > MOST_NUMBERS && size > rows / 2))
    throw invalid(
      `'${name}' has ${told(size)} different labels in ${told(rows)} rows: too many to be classes${numbers ? ' (--task regression takes them as values)' : ''}. Name another --label.`,
    );
  if (size === 1 && !(numbers && isFromZero(numbers)))
    throw invalid(
      `All labels in '${name}' are ${[...counts.keys()][0]}: a model needs rows of at least two classes. Add some, or name another --label.`,
    );
}

function rareClasses(counts: ReadonlyMap<string, number>, rows: number, indices: number): string[] {
  const missing = Array.from({ length: indices }, (_, index) => String(index)).filter(
    (index) => !counts.has(index),
  );
  if (missing.length > 0) return [`No row is of class ${missing.join(', ')}: nothing can be learnt of it.`];
  return sortNames(counts.keys())
    .filter((name) => {
      const count = counts.get(name) ?? 0;
      return count < RARE_ROWS || count < RARE_SHARE * rows;
    })
    .slice(0, MOST_TOLD)
    .map((name) => `Class ${name} is rare: ${told(counts.get(name) ?? 0)} of ${told(rows)} rows.`);
}

function told(count: number): string {
  return count.toLocaleString('en-US');
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
