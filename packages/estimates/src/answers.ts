import { DriftloopError } from '@driftloop/errors';
import type { BinaryRows } from './metrics.ts';

/** What a model answered. */
export interface AnsweredRows {
  /** Binary: the score of class 1, one per row. Otherwise rows × classes, row-major. In [0, 1]. */
  readonly probabilities: ArrayLike<number>;
  /** The class that the model answered, per row. */
  readonly predicted: ArrayLike<number>;
}

/** The same with the truth. */
export interface LabelledAnswers extends AnsweredRows {
  /** The true class, per row. */
  readonly truth: ArrayLike<number>;
}

/** Rows of [start, end) as one problem per class judged: class 1 of two, else every class. */
export function oneAgainstRest(
  answers: AnsweredRows,
  classes: number,
  start: number,
  end: number,
  truth: ArrayLike<number> = [],
): BinaryRows[] {
  const { probabilities, predicted } = answers;
  const judged = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);
  return judged.map((k) => {
    const width = judged.length;
    const column = width === 1 ? 0 : k;
    const pick = (of: (row: number) => number) =>
      Float64Array.from({ length: end - start }, (_, i) => of(start + i));
    return {
      scores: pick((row) => probabilities[row * width + column] ?? 0),
      predicted: pick((row) => (predicted[row] === k ? 1 : 0)),
      truth: pick((row) => (truth[row] === k ? 1 : 0)),
    };
  });
}

/**
 * Checks answers and returns how many there are.
 *
 * @throws DATA_INVALID if there is none, lengths do not fit, or a probability or class is out of
 *   range.
 */
export function countAnswers(answers: AnsweredRows, classes: number): number {
  if (!Number.isInteger(classes) || classes < 2) {
    throw new DriftloopError('DATA_INVALID', `A classifier has at least 2 classes, not ${classes}.`);
  }
  const rows = answers.predicted.length;
  const width = classes === 2 ? 1 : classes;
  if (rows === 0 || answers.probabilities.length !== rows * width) {
    throw new DriftloopError(
      'DATA_INVALID',
      `${rows} answers of ${classes} classes need ${rows * width} probabilities (and at least one row), not ${answers.probabilities.length}.`,
    );
  }
  for (let i = 0; i < answers.probabilities.length; i++) {
    const p = answers.probabilities[i] ?? Number.NaN;
    if (!(p >= 0 && p <= 1))
      throw new DriftloopError('DATA_INVALID', `Probability ${i} is ${p}, outside [0, 1].`);
  }
  checkClasses(answers.predicted, rows, classes, 'predicted');
  return rows;
}

/** @throws DATA_INVALID unless there is one class for each row. */
export function checkClasses(values: ArrayLike<number>, rows: number, classes: number, name: string): void {
  if (values.length !== rows) {
    throw new DriftloopError('DATA_INVALID', `There are ${values.length} ${name} classes for ${rows} rows.`);
  }
  for (let i = 0; i < rows; i++) {
    const value = values[i] ?? -1;
    if (!Number.isInteger(value) || value < 0 || value >= classes) {
      throw new DriftloopError(
        'DATA_INVALID',
        `Row ${i} has ${name} class ${value}; classes are 0 to ${classes - 1}.`,
      );
    }
  }
}
