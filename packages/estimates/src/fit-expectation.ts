import { DriftloopError } from '@driftloop/errors';
import { boostTrees, firstTrees, NO_TREES, sumTrees } from './boosted-trees.ts';
import { chanceOf, createExpecter, type Expectation, type ExpectationPart } from './expectation.ts';
import { calibrate, fitIsotonic, type IsotonicKnots } from './isotonic.ts';
import { strongestColumns } from './strongest-columns.ts';

/** Labelled answers with their inputs, in order of time; the model was not trained on them. */
export interface ExpectationRows {
  /** Row-major, rows × width. NaN is a missing value. */
  readonly features: ArrayLike<number>;
  readonly width: number;
  /** Numbers of a row that may be looked at; others have no order. @default all */
  readonly columns?: readonly number[];
  /** Row-major, rows × outputs. */
  readonly outputs: ArrayLike<number>;
  /** Classes as indices, or the values of a regression. */
  readonly predicted: ArrayLike<number>;
  readonly truth: ArrayLike<number>;
  /** 0 for a regression. */
  readonly classes: number;
}

/** What was learnt, and how far it is off on rows that it was not learnt from. */
export interface FittedExpectation {
  readonly expectation: Expectation;
  /** Of the first number of a regression, else of the chance that the answer is right. */
  readonly residuals: Residuals;
}

/** Sums over truth less expectation. */
export interface Residuals {
  readonly rows: number;
  readonly sum: number;
  readonly squares: number;
}

/** More rows teach little more and cost as much again. */
const MOST_ROWS = 20_000;
/** Columns that trees look at. */
const MOST_COLUMNS = 64;
/** Trees of all classes together: what bounds the size. */
const MOST_TREES = 120;
/** Below this trees learn noise. */
const LEAST_ROWS = 200;
/**
 * Consecutive rows are alike: the rows that it is tried on lie apart from those that it is learnt
 * from.
 */
const BLOCKS = 8;
/**
 * Where a class turns from less to more probable than not: too sure answers are off to either side
 * of it.
 */
const EVEN = 0.5;
/** Standard errors by which more must be better to be taken. */
const CLEARLY = 2;

/**
 * Learns what to expect of the truth. A classifier's probabilities are calibrated (isotonic
 * regression), then trees over inputs and answer add what is left: so the chance of a class holds
 * not only over all rows but wherever in the inputs there were enough to tell, and stays right when
 * the inputs move among these. That is what importance weights and multi-calibration aim at (Białek
 * et al., arXiv 2401.08348), without asking the moved rows first. Losses of a regression are learnt
 * as in direct loss estimation (NannyML). Each step is taken only where it is better on rows that
 * it was not learnt from, trees only where that is clear.
 *
 * @throws DATA_INVALID without rows, or if lengths do not fit
 */
export function fitExpectation(given: ExpectationRows): FittedExpectation {
  const rows = sampled(checked(given));
  const parts = rows.classes > 0 ? classParts(rows) : lossParts(rows);
  const of = rows.classes > 0 ? 'classes' : 'losses';
  const outputs = rows.outputs.length / rows.count;
  const whole = (pick: (part: FittedPart) => ExpectationPart): Expectation => ({
    of,
    width: rows.width,
    outputs,
    parts: parts.map(pick),
  });
  const halves = [whole(({ halves: [first] }) => first), whole(({ halves: [, second] }) => second)].map(
    createExpecter,
  );
  return { expectation: whole(({ all }) => all), residuals: residualsOf(rows, halves, parts.length) };
}

interface Rows extends ExpectationRows {
  readonly count: number;
}

/** A part learnt from all rows, and from each half of them. */
interface FittedPart {
  readonly all: ExpectationPart;
  readonly halves: readonly [ExpectationPart, ExpectationPart];
}

function classParts(rows: Rows): FittedPart[] {
  const width = rows.outputs.length / rows.count;
  const judged = rows.classes === 2 ? [1] : Array.from({ length: rows.classes }, (_, k) => k);
  const most = Math.min(40, Math.floor(MOST_TREES / judged.length));
  return judged.map((k) => {
    const output = judged.length === 1 ? width - 1 : k;
    const scores = column(rows, rows.width + output);
    const truth = Float64Array.from({ length: rows.count }, (_, row) => Number(rows.truth[row] === k));
    const fits = fitsOf(rows.count, (taken) => isotonicOf(scores, truth, taken));
    const from = (knots: IsotonicKnots | null, row: number) => {
      const score = scores[row] ?? Number.NaN;
      return knots === null ? score : calibrate(knots, score);
    };
    const isBetter = isLess(rows.count, 0, (row) => {
      const half = otherHalf(row, rows.count);
      return [
        (from(fits.halves[half] ?? null, row) - (truth[row] ?? 0)) ** 2,
        (from(null, row) - (truth[row] ?? 0)) ** 2,
      ];
    });
    const chosen = isBetter ? fits : { all: null, halves: [null, null] as const };
    const started = (knots: IsotonicKnots | null) => truth.map((value, row) => value - from(knots, row));
    const grown = treesOf(rows, most, chosen, started, rows.width + output);
    const part = (knots: IsotonicKnots | null, trees: ExpectationPart['trees']): ExpectationPart => ({
      output,
      calibration: knots,
      base: 0,
      trees,
    });
    return {
      all: part(chosen.all, grown.all),
      halves: [
        part(chosen.halves[0] ?? null, grown.halves[0]),
        part(chosen.halves[1] ?? null, grown.halves[1]),
      ],
    };
  });
}

function lossParts(rows: Rows): FittedPart[] {
  return [(error: number) => Math.abs(error), (error: number) => error * error].map((loss) => {
    const losses = Float64Array.from({ length: rows.count }, (_, row) =>
      loss((rows.predicted[row] ?? 0) - (rows.truth[row] ?? 0)),
    );
    const means = fitsOf(rows.count, (taken) => meanOf(losses, taken));
    const grown = treesOf(rows, MOST_TREES / 2, means, (base) => losses.map((value) => value - base));
    const part = (base: number, trees: ExpectationPart['trees']): ExpectationPart => ({
      output: -1,
      calibration: null,
      base,
      trees,
    });
    return {
      all: part(means.all, grown.all),
      halves: [part(means.halves[0], grown.halves[0]), part(means.halves[1], grown.halves[1])],
    };
  });
}

/** Something learnt from all rows and from each half. */
interface Fits<T> {
  readonly all: T;
  readonly halves: readonly [T, T];
}

function fitsOf<T>(count: number, fit: (taken: Int32Array) => T): Fits<T> {
  const all = Int32Array.from({ length: count }, (_, row) => row);
  const half = (which: number) => fit(all.filter((row) => halfOf(row, count) === which));
  return { all: fit(all), halves: [half(0), half(1)] };
}

/**
 * Trees on what is left of the targets, as many as are clearly better than fewer on the half that
 * they were not learnt from.
 */
function treesOf<T>(
  rows: Rows,
  most: number,
  start: Fits<T>,
  leftBy: (start: T) => Float64Array,
  score?: number,
): Fits<ExpectationPart['trees']> {
  const none = { all: NO_TREES, halves: [NO_TREES, NO_TREES] as const };
  const { count, width } = rows;
  if (count < LEAST_ROWS || most < 5) return none;
  const usable = rows.columns ?? Array.from({ length: width }, (_, k) => k);
  const answers = Array.from({ length: rows.outputs.length / count }, (_, k) => width + k);
  const values = new Map([...usable, ...answers].map((k) => [k, column(rows, k)]));
  const evidence = evidenceOf(leftBy(start.all), values.get(score ?? -1));
  const inputs = new Map(usable.map((k) => [k, values.get(k) ?? new Float64Array()]));
  const looked = [...strongestColumns(inputs, evidence, MOST_COLUMNS), ...answers];
  const turn = score === undefined ? undefined : { column: looked.indexOf(score), value: EVEN };
  const grow = (taken: Int32Array, targets: Float64Array, trees: number) => {
    const grown = boostTrees(
      looked.map((k) => pick(values.get(k) ?? new Float64Array(), taken)),
      pick(targets, taken),
      {
        trees,
        rate: 0.1,
        depth: 4,
        minLeaf: Math.max(10, Math.floor(taken.length / 200)),
        // Losses grow where inputs lie at the edge: there bins must be fine.
        bins: rows.classes > 0 ? 32 : 120,
        ...(turn ? { turn } : {}),
      },
    );
    return { ...grown, column: Array.from(grown.column, (k) => (k < 0 ? k : (looked[k] ?? -1))) };
  };
  const left = [leftBy(start.halves[0]), leftBy(start.halves[1])] as const;
  const halves = fitsOf(count, (taken) => {
    const which = halfOf(taken[0] ?? 0, count);
    return taken.length === count ? NO_TREES : grow(taken, left[which] as Float64Array, most);
  }).halves;
  const rowValue = (row: number) => (k: number) => values.get(k)?.[row] ?? Number.NaN;
  const errorWith = (trees: number) =>
    Float64Array.from({ length: count }, (_, row) => {
      const half = otherHalf(row, count);
      return (
        ((left[half]?.[row] ?? 0) -
          sumTrees(
            halves[half] as ExpectationPart['trees'],
            rowValue(row),
            Math.min(trees, halves[half]?.roots.length ?? 0),
          )) **
        2
      );
    });
  let best = 0;
  let errors = errorWith(0);
  for (const trees of [5, 10, 20, 40, 60].filter((value) => value <= most)) {
    const next = errorWith(trees);
    // Once trees are known to help, few of them only hold back what they have learnt.
    const least = best === 0 ? CLEARLY : 0;
    if (!isLess(count, least, (row) => [next[row] ?? 0, errors[row] ?? 0])) continue;
    best = trees;
    errors = next;
  }
  if (best === 0) return none;
  const all = Int32Array.from({ length: count }, (_, row) => row);
  return {
    all: grow(all, leftBy(start.all), best),
    halves: [firstTrees(halves[0], best), firstTrees(halves[1], best)],
  };
}

/**
 * What is left of the targets, and the same with the sign that it has where the score is low
 * turned.
 */
function evidenceOf(left: Float64Array, scores: Float64Array | undefined): readonly Float64Array[] {
  if (scores === undefined) return [left];
  return [left, left.map((value, row) => ((scores[row] ?? 0) >= EVEN ? value : -value))];
}

/** Rows of the half that a row is not in: what is learnt from it is tried on the row. */
function otherHalf(row: number, count: number): 0 | 1 {
  return halfOf(row, count) === 0 ? 1 : 0;
}

function halfOf(row: number, count: number): 0 | 1 {
  return Math.floor((row * BLOCKS) / count) % 2 === 0 ? 0 : 1;
}

/** Whether the first of two errors is less on average, by more than so many standard errors. */
function isLess(
  count: number,
  standardErrors: number,
  errorsOf: (row: number) => readonly [number, number],
): boolean {
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < count; row++) {
    const [first, second] = errorsOf(row);
    sum += second - first;
    squares += (second - first) ** 2;
  }
  const mean = sum / count;
  const error = Math.sqrt(Math.max(0, squares / count - mean * mean) / count);
  return mean > 0 && mean > standardErrors * error;
}

function residualsOf(
  rows: Rows,
  halves: readonly ReturnType<typeof createExpecter>[],
  parts: number,
): Residuals {
  const expected = new Float32Array(parts);
  const outputs = rows.outputs.length / rows.count;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < rows.count; row++) {
    const half = halves[otherHalf(row, rows.count)];
    half?.(rows.features, row * rows.width, rows.outputs, row * outputs, expected, 0);
    const predicted = rows.predicted[row] ?? 0;
    const truth = rows.truth[row] ?? 0;
    const residual =
      rows.classes > 0
        ? Number(predicted === truth) - chanceOf(expected, predicted)
        : Math.abs(predicted - truth) - (expected[0] ?? 0);
    sum += residual;
    squares += residual * residual;
  }
  return { rows: rows.count, sum, squares };
}

function isotonicOf(scores: Float64Array, truth: Float64Array, taken: Int32Array): IsotonicKnots | null {
  return taken.length === 0 ? null : fitIsotonic(pick(scores, taken), pick(truth, taken));
}

function meanOf(values: Float64Array, taken: Int32Array): number {
  let sum = 0;
  for (const row of taken) sum += values[row] ?? 0;
  return taken.length === 0 ? 0 : sum / taken.length;
}

function pick(values: Float64Array, taken: Int32Array): Float64Array {
  return Float64Array.from(taken, (row) => values[row] ?? Number.NaN);
}

/** A number of the rows, or beyond their width of the answers. */
function column({ features, width, outputs, count }: Rows, k: number): Float64Array {
  const answers = outputs.length / count;
  return Float64Array.from({ length: count }, (_, row) =>
    Number(k < width ? features[row * width + k] : outputs[row * answers + k - width]),
  );
}

function checked(rows: ExpectationRows): Rows {
  const count = rows.predicted.length;
  const fits =
    count > 0 &&
    rows.features.length === count * rows.width &&
    rows.outputs.length % count === 0 &&
    rows.outputs.length > 0 &&
    rows.truth.length === count;
  if (fits) return { ...rows, count };
  throw new DriftloopError(
    'DATA_INVALID',
    `${count} answers (at least one is needed) have ${rows.features.length} inputs of ${rows.width} a row, ${rows.outputs.length} outputs and ${rows.truth.length} truths: one row each.`,
  );
}

/** Evenly chosen rows where there are more than are needed. */
function sampled(rows: Rows): Rows {
  const { count, width } = rows;
  if (count <= MOST_ROWS) return rows;
  const outputs = rows.outputs.length / count;
  const taken = Int32Array.from({ length: MOST_ROWS }, (_, i) => Math.floor((i * count) / MOST_ROWS));
  const of = (values: ArrayLike<number>, size: number) => {
    const chosen = new Float64Array(MOST_ROWS * size);
    for (const [i, row] of taken.entries())
      for (let k = 0; k < size; k++) chosen[i * size + k] = values[row * size + k] ?? Number.NaN;
    return chosen;
  };
  return {
    ...rows,
    count: MOST_ROWS,
    features: of(rows.features, width),
    outputs: of(rows.outputs, outputs),
    predicted: of(rows.predicted, 1),
    truth: of(rows.truth, 1),
  };
}
