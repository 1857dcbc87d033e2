import type { BoostedTrees } from './boosted-trees.ts';
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
  // Trees look at few numbers, which are brought together once for all of them.
  const used = [...new Set(parts.flatMap(({ trees }) => Array.from(trees.column).filter((k) => k >= 0)))];
  const cells = new Float64Array(used.length);
  const sums = parts.map(({ trees }) => compiled(trees, used, cells));
  return (features, row, outputs, answer, target, into) => {
    for (let i = 0; i < used.length; i++) {
      const column = used[i] as number;
      cells[i] = (column < width ? features[row + column] : outputs[answer + column - width]) as number;
    }
    let sum = 0;
    for (let k = 0; k < parts.length; k++) {
      const { output, calibration, base } = parts[k] as ExpectationPart;
      const score = output < 0 ? 0 : (outputs[answer + output] as number);
      const calibrated = calibration === null ? score : calibrate(calibration, score);
      const expected = calibrated + base + (sums[k] as () => number)();
      const held = of === 'classes' ? Math.min(1, Math.max(0, expected)) : Math.max(0, expected);
      target[into + k] = held;
      sum += held;
    }
    if (of === 'losses' || parts.length === 1) return;
    for (let k = 0; k < parts.length; k++)
      target[into + k] = sum > 0 ? (target[into + k] as number) / sum : 1 / parts.length;
  };
}

/** What all trees add up to for the cells as they are: `sumTrees`, asked for every row. */
function compiled(trees: BoostedTrees, used: readonly number[], cells: Float64Array): () => number {
  const roots = Int32Array.from(trees.roots);
  const column = Int32Array.from(trees.column, (k) => (k < 0 ? k : used.indexOf(k)));
  const threshold = Float64Array.from(trees.threshold);
  const left = Int32Array.from(trees.left);
  const value = Float64Array.from(trees.value);
  return () => {
    let sum = 0;
    for (let t = 0; t < roots.length; t++) {
      let node = roots[t] as number;
      for (let at = column[node] as number; at >= 0; at = column[node] as number)
        node = (left[node] as number) + ((cells[at] as number) >= (threshold[node] as number) ? 1 : 0);
      sum += value[node] as number;
    }
    return sum;
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
