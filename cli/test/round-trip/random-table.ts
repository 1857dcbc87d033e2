import type { FeatureSpec } from '@driftloop/schemas';
import fc from 'fast-check';

/** A cell as the business means it; undefined is missing. */
export type Cell = number | string | undefined;

/** A table, its model's spec, and how its file is written. */
export interface RandomTable {
  readonly features: readonly Required<FeatureSpec>[];
  /** Names of the classes; empty for indices, undefined for a regression. */
  readonly classNames: readonly string[] | undefined;
  readonly classes: number;
  readonly rows: readonly Row[];
  /** Names of the columns that are no features. */
  readonly columns: { readonly id: string; readonly time: string; readonly label: string };
  readonly dialect: Dialect;
}

/** One request, and its truth. */
export interface Row {
  readonly id: string;
  /** Epoch ms. */
  readonly time: number;
  /** One per feature. */
  readonly cells: readonly Cell[];
  /** Class by name, index or value. */
  readonly label: Cell;
}

/** How a CSV file is written. */
export interface Dialect {
  readonly separator: string;
  readonly quote: '"' | "'";
  readonly isAllQuoted: boolean;
  readonly decimal: '.' | ',';
  readonly newline: '\n' | '\r\n';
  readonly hasBom: boolean;
  readonly missing: readonly string[];
}

/** Texts in all alphabets, with signs and spaces, that stand for nothing else. */
const word = fc.oneof(
  { arbitrary: fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty'), weight: 1 },
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', 'Ü', '日', 'z-', '€ ', '"q" ', 'x;y', 'p|q', "it's ", 'a,b', 'é', '🙂'),
        fc.string({ unit: 'grapheme', maxLength: 8 }),
      )
      .map(([first, rest]) => `${first}${rest}`.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufeff]/gu, '_').trim())
      .filter((text) => text !== 'a.'),
    weight: 19,
  },
);

/** Several different names: words, numbers, or what is true and false. */
const names = (most: number) =>
  fc.oneof(
    fc.uniqueArray(word, { minLength: 2, maxLength: most }),
    fc.uniqueArray(fc.integer({ min: -9, max: 99 }).map(String), { minLength: 2, maxLength: most }),
    fc.constant(['false', 'true']),
  );

/** What float32 holds, unless it is rounded. */
const number = fc.oneof(
  fc.integer({ min: -1_000_000, max: 1_000_000 }),
  fc.integer({ min: -5000, max: 5000 }).map((hundredths) => hundredths / 100),
  fc.double({ min: -3e38, max: 3e38, noNaN: true }),
);

const feature = fc.oneof(fc.constant([] as string[]), names(5));

const dialect: fc.Arbitrary<Dialect> = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  quote: fc.constantFrom('"', "'"),
  isAllQuoted: fc.boolean(),
  decimal: fc.constantFrom('.', ','),
  newline: fc.constantFrom('\n', '\r\n'),
  hasBom: fc.boolean(),
  missing: fc.subarray(['', 'NA', 'N/A', 'NaN', 'null', 'NULL', 'None', '?'], { minLength: 1 }),
});

const task = fc.oneof(
  fc.constant({ classNames: undefined, classes: 0 }),
  fc.integer({ min: 2, max: 4 }).map((classes) => ({ classNames: [] as string[], classes })),
  names(4).map((classNames) => ({ classNames, classes: classNames.length })),
);

/** Longest shape of a table: features. */
const MOST_FEATURES = 6;
const LAST_TIME = Date.UTC(2026, 0);

/** @param rows of each table */
export function randomTable(rows: number): fc.Arbitrary<RandomTable> {
  return fc
    .tuple(
      fc.array(feature, { minLength: 1, maxLength: MOST_FEATURES }),
      task,
      fc.constantFrom('', '00', 'r-'),
    )
    .chain(([categories, { classNames, classes }, idPrefix]) =>
      fc
        .record({
          // A spec refuses __proto__, which objects lose.
          columnNames: fc.uniqueArray(
            word.filter((name) => name !== '__proto__'),
            {
              minLength: categories.length + 3,
              maxLength: categories.length + 3,
            },
          ),
          cells: fc.array(fc.tuple(...categories.map(cellOf)), { minLength: rows, maxLength: rows }),
          times: fc.array(fc.integer({ min: 0, max: LAST_TIME }), { minLength: rows, maxLength: rows }),
          labels: fc.array(labelOf(classNames, classes), { minLength: rows, maxLength: rows }),
          dialect,
        })
        .map(({ columnNames, cells, times, labels, dialect: written }) => {
          const [id = '', time = '', label = '', ...featureNames] = columnNames;
          return {
            features: categories.map((known, i) => ({
              name: featureNames[i] ?? '',
              kind: known.length === 0 ? ('numeric' as const) : ('categorical' as const),
              allowMissing: true,
              categories: known,
              size: 0,
            })),
            classNames,
            classes,
            columns: { id, time, label },
            dialect: written,
            rows: cells.map((row, i) => ({
              id: `${idPrefix}${i}`,
              time: times[i] ?? 0,
              cells: row,
              label: labels[i],
            })),
          };
        }),
    );
}

/** A number, or a category, now and then one that the spec does not name; a fifth is missing. */
function cellOf(categories: readonly string[]): fc.Arbitrary<Cell> {
  const text = fc.oneof(
    { arbitrary: fc.constantFrom(...categories, 'a'), weight: 9 },
    { arbitrary: word, weight: 1 },
  );
  const cell: fc.Arbitrary<Cell> = categories.length === 0 ? number : text;
  return fc.option(cell, { nil: undefined, freq: 5 });
}

function labelOf(classNames: readonly string[] | undefined, classes: number): fc.Arbitrary<Cell> {
  const label: fc.Arbitrary<Cell> =
    classNames === undefined
      ? fc.integer({ min: -5000, max: 5000 }).map((hundredths) => hundredths / 100)
      : classNames.length === 0
        ? fc.integer({ min: 0, max: classes - 1 })
        : fc.constantFrom(...classNames);
  return fc.option(label, { nil: undefined, freq: 8 });
}
