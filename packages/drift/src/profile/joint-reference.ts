import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses } from '@driftloop/spec';
import { edgesBelow } from '../sketch/edges-below.ts';

/** How often which answer has which truth in the reference. */
export interface JointReference {
  /**
   * Ascending edges of the confidence within each class that is answered, or of the value of a
   * regression.
   */
  readonly answerEdges: readonly number[];
  /** Ascending edges of the truth of a regression; empty where truths are classes. */
  readonly labelEdges: readonly number[];
  /** Rows, answers × truths. */
  readonly counts: readonly number[];
}

/** More classes have too few rows in each cell. */
const MOST_CLASSES = 16;
/** Bins of the confidence where classes are few. */
const CONFIDENCE_BINS = 3;
const FEW_CLASSES = 3;
/** Bins of a regression's answers and truths. */
const VALUE_BINS = 5;

/**
 * Counts answers with their truths.
 *
 * @param values confidence of the answered class, or the value of a regression
 * @returns undefined where answers are no classes and no value, or too many
 */
export function jointReference(
  { task, classes }: Pick<ModelSpec, 'task' | 'classes'>,
  predicted: ArrayLike<number>,
  values: Float32Array,
  labels: Float32Array,
): JointReference | undefined {
  const isClass = hasClasses(task);
  if (isClass ? classes > MOST_CLASSES : task !== 'regression') return undefined;
  const bins = isClass ? (classes <= FEW_CLASSES ? CONFIDENCE_BINS : 1) : VALUE_BINS;
  const joint = {
    answerEdges: evenEdges(values, bins),
    labelEdges: isClass ? [] : evenEdges(labels, VALUE_BINS),
  };
  const { cells, cellOf } = jointCells(joint, isClass ? classes : 0);
  const counts = new Array<number>(cells).fill(0);
  for (let row = 0; row < values.length; row++) {
    const cell = cellOf(predicted[row] ?? 0, values[row] ?? 0, labels[row] ?? 0);
    if (cell >= 0) counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return { ...joint, counts };
}

/** Where an answer and its truth are counted. */
export interface JointCells {
  readonly answers: number;
  readonly labels: number;
  readonly cells: number;
  /** -1 for what is no answer or no truth. @param value confidence, or the value of a regression */
  cellOf(predicted: number, value: number, label: number): number;
}

/** The cells of a joint reference. @param classes 0 for a regression */
export function jointCells(
  { answerEdges, labelEdges }: Pick<JointReference, 'answerEdges' | 'labelEdges'>,
  classes: number,
): JointCells {
  const [edges, truths] = [Float32Array.from(answerEdges), Float32Array.from(labelEdges)];
  const parts = edges.length + 1;
  const answers = classes > 0 ? classes * parts : parts;
  const labels = classes > 0 ? classes : truths.length + 1;
  const isClass = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < classes;
  return {
    answers,
    labels,
    cells: answers * labels,
    cellOf(predicted, value, label) {
      if (classes === 0)
        return Number.isFinite(value + label)
          ? edgesBelow(edges, value) * labels + edgesBelow(truths, label)
          : -1;
      if (!isClass(predicted) || !isClass(label) || !Number.isFinite(value)) return -1;
      return (predicted * parts + edgesBelow(edges, value)) * labels + label;
    },
  };
}

/** Ascending edges between bins of about as many values each. */
function evenEdges(values: Float32Array, bins: number): number[] {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  const edges = Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)],
  );
  return [...new Set(edges)].filter(
    (edge): edge is number => edge !== undefined && edge > (sorted[0] ?? edge),
  );
}
