import { type BoostedTrees, sumTrees } from './boosted-trees.ts';
import { calibrate, type IsotonicKnots } from './isotonic.ts';

/**
 * What is to be expected of the truth, given a row's inputs and the answer to it. Plain data: it is
 * kept as JSON.
 */
export interface Expectation {
  /**
   * Chance of each class (of class 1 alone where there are two), or of a regression the absolute
   * and the squared error.
   */
  readonly of: 'classes' | 'losses';
  /** Numbers of a row. */
  readonly width: number;
  /** Numbers of an answer. */
  readonly outputs: number;
  readonly parts: readonly ExpectationPart[];
}

/** One number that is expected. */
export interface ExpectationPart {
  /** Number of the answer that is calibrated; −1 where none is. */
  readonly output: number;
  /** Null where the number is good as it is. */
  readonly calibration: IsotonicKnots | null;
  /** What is added to it, or stands alone. */
  readonly base: number;
  /** Over the numbers of the row, then those of the answer. */
  readonly trees: BoostedTrees;
}

/**
 * Says what to expect of one row, into `target` from `into` on; all is as in {@link Expectation}.
 */
export type Expecter = (
  features: ArrayLike<number>,
  row: number,
  outputs: ArrayLike<number>,
  answer: number,
  target: Float32Array,
  into: number,
) => void;

/**
 * Makes the function that is asked for every row; it allocates nothing.
 *
 * Its arguments are rows and where in them one begins: `features` from `row` on, `outputs` from
 * `answer` on. An answer that is no number has NaN to be expected.
 */
export function createExpecter({ of, width, parts }: Expectation): Expecter {
  const compiled = parts.map((part) => ({ ...part, trees: typed(part.trees) }));
  let features: ArrayLike<number> = [];
  let outputs: ArrayLike<number> = [];
  let row = 0;
  let answer = 0;
  const cellOf = (column: number): number =>
    (column < width ? features[row + column] : outputs[answer + column - width]) as number;
  return (allFeatures, rowStart, allOutputs, answerStart, target, into) => {
    features = allFeatures;
    outputs = allOutputs;
    row = rowStart;
    answer = answerStart;
    let sum = 0;
    for (let k = 0; k < compiled.length; k++) {
      const { output, calibration, base, trees } = compiled[k] as ExpectationPart;
      const score = output < 0 ? 0 : (outputs[answer + output] as number);
      const calibrated = calibration === null ? score : calibrate(calibration, score);
      const expected = calibrated + base + sumTrees(trees, cellOf);
      const held = of === 'classes' ? Math.min(1, Math.max(0, expected)) : Math.max(0, expected);
      target[into + k] = held;
      sum += held;
    }
    if (of === 'losses' || compiled.length === 1) return;
    for (let k = 0; k < compiled.length; k++)
      target[into + k] = sum > 0 ? (target[into + k] as number) / sum : 1 / compiled.length;
  };
}

/** The chance that the answered class is right. */
export function chanceOf(
  expected: ArrayLike<number>,
  predicted: number,
  from = 0,
  count = expected.length,
): number {
  if (count > 1) return predicted >= 0 && predicted < count ? (expected[from + predicted] ?? Number.NaN) : 0;
  const positive = expected[from] ?? Number.NaN;
  return predicted === 1 ? positive : 1 - positive;
}

function typed(trees: BoostedTrees): BoostedTrees {
  return {
    roots: Int32Array.from(trees.roots),
    column: Int32Array.from(trees.column),
    threshold: Float64Array.from(trees.threshold),
    left: Int32Array.from(trees.left),
    value: Float64Array.from(trees.value),
  };
}
