import type { CountTable } from './count-tables.ts';
import type { FeatureCells } from './feature-cells.ts';
import { type LinearScore, SCORE_CELLS } from './linear-score.ts';

/** An answer of the model. */
export interface Answer {
  /** One number per feature; NaN where missing; a category by its index. */
  readonly features: ArrayLike<number>;
  /** Index of the class that was answered. */
  readonly predicted: number;
  /** Chance that the model gives to its answer, 0 to 1. */
  readonly confidence: number;
}

/** An answer whose true class is known. */
export interface LabelledAnswer extends Answer {
  /** Index of the true class. */
  readonly label: number;
}

/** A table, what it counts in words, and where in it a row belongs. */
export interface RowTable<Row> extends CountTable {
  readonly name: string;
  /** Features that its cells are cut by. */
  readonly features: readonly number[];
  /** Cell · categories + outcome. `fine` and `coarse` are the cells of the row's features. */
  place(row: Row, fine: Int32Array, coarse: Int32Array): number;
}

/** Upper ends of the confidences that are told apart. */
const CONFIDENCES = [0.6, 0.75, 0.9, 0.97];
/** More features than these are looked at one by one only: pairs grow with the square. */
const MOST_PAIRED = 12;
/** Pairs of features with more cells than this have too few rows in each. */
const MOST_CELLS = 64;
/** Chance that a change of the concept shows in a given cell. */
const SPREAD = 0.3;
/** Part of the labels' evidence that errors make, where the model is fixed. */
const ERRORS = 0.5;

/** Inputs, feature by feature. */
export function inputTables(cells: FeatureCells, names: readonly string[]): RowTable<Answer>[] {
  return equalShares(
    1,
    cells.categories.map((_, feature) => ({
      name: `values of feature ${names[feature]}`,
      features: [feature],
      cells: 1,
      categories: cells.fineCount(feature),
      rise: false,
      spread: 1,
      place: (_row, fine) => fine[feature] ?? 0,
    })),
  );
}

/** Answers: which class, how sure. */
export function answerTables(classes: number): RowTable<Answer>[] {
  const levels = CONFIDENCES.length + 1;
  return equalShares(1, [
    {
      name: 'answers and their confidence',
      features: [],
      cells: 1,
      categories: classes * levels,
      rise: false,
      spread: 1,
      place: ({ predicted, confidence }) => predicted * levels + levelOf(confidence),
    },
  ]);
}

/**
 * Labels given the inputs, and errors of a fixed model given its answer and the inputs.
 *
 * @param names what features and labels are called
 * @param scores the directions in which classes lie
 */
export function labelTables(
  cells: FeatureCells,
  names: { readonly features: readonly string[]; readonly truths: string },
  classes: number,
  fixedModel: boolean,
  scores: readonly LinearScore[],
): RowTable<LabelledAnswer>[] {
  const features = cells.categories.map((_, feature) => feature);
  const single = features.map(
    (feature): Unshared<LabelledAnswer> => ({
      name: `${names.truths} given feature ${names.features[feature]}`,
      features: [feature],
      cells: cells.coarseCount(feature),
      categories: classes,
      isConditional: true,
      rise: false,
      spread: SPREAD,
      place: ({ label }, _fine, coarse) => (coarse[feature] ?? 0) * classes + label,
    }),
  );
  const pairs = features.flatMap((a) => features.slice(a + 1).map((b) => [a, b] as const));
  const paired = pairs
    .filter(([a, b]) => cells.pairCount(a, b) <= MOST_CELLS && features.length <= MOST_PAIRED)
    .map(([a, b]): Unshared<LabelledAnswer> => {
      const across = cells.coarseCount(b);
      return {
        name: `${names.truths} given features ${names.features[a]} and ${names.features[b]}`,
        features: [a, b],
        cells: cells.coarseCount(a) * across,
        categories: classes,
        isConditional: true,
        rise: false,
        spread: SPREAD,
        place: ({ label }, _fine, coarse) => ((coarse[a] ?? 0) * across + (coarse[b] ?? 0)) * classes + label,
      };
    });
  const scored = scores.map(
    (score, i): Unshared<LabelledAnswer> => ({
      name: `${names.truths} given how the features lie towards class ${scores.length === 1 ? 1 : i}`,
      features: [],
      cells: SCORE_CELLS,
      categories: classes,
      isConditional: true,
      rise: false,
      spread: SPREAD,
      place({ features: row, label }) {
        const cell = score.cell(row);
        return cell < 0 ? -1 : cell * classes + label;
      },
    }),
  );
  const groups = [single, paired, scored].filter((group) => group.length > 0);
  const share = (fixedModel ? 1 - ERRORS : 1) / groups.length;
  return [
    ...groups.flatMap((group) => equalShares(share, group)),
    ...(fixedModel ? errorTables(cells, names.features, classes) : []),
  ];
}

function errorTables(
  cells: FeatureCells,
  names: readonly string[],
  classes: number,
): RowTable<LabelledAnswer>[] {
  const wrong = ({ predicted, label }: LabelledAnswer) => Number(predicted !== label);
  const all: Unshared<LabelledAnswer> = {
    name: 'errors',
    features: [],
    cells: 1,
    categories: 2,
    rise: true,
    spread: 1,
    place: wrong,
  };
  const byFeature = cells.categories.map(
    (_, feature): Unshared<LabelledAnswer> => ({
      name: `errors given the answer and feature ${names[feature]}`,
      features: [feature],
      cells: cells.coarseCount(feature) * classes,
      categories: 2,
      rise: true,
      spread: SPREAD,
      place: (row, _fine, coarse) => 2 * ((coarse[feature] ?? 0) * classes + row.predicted) + wrong(row),
    }),
  );
  return [...equalShares(ERRORS / 2, [all]), ...equalShares(ERRORS / 2, byFeature)];
}

type Unshared<Row> = Omit<RowTable<Row>, 'share'>;

function equalShares<Row>(total: number, tables: readonly Unshared<Row>[]): RowTable<Row>[] {
  return tables.map((table) => ({ ...table, share: total / tables.length }));
}

function levelOf(confidence: number): number {
  return CONFIDENCES.filter((upper) => confidence > upper).length;
}
