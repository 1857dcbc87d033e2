import fc from 'fast-check';

/** A cell: what was written and must be read again; undefined is missing. */
export type Cell = number | string | boolean | Date | undefined;

/** A table as a program has it. */
export interface RandomTable {
  readonly columns: readonly {
    readonly name: string;
    readonly kind: Kind;
    readonly cells: readonly Cell[];
  }[];
  readonly rows: number;
}

export type Kind = 'number' | 'text' | 'boolean' | 'time';

/** Tables of 1 to 6 columns and 1 to 30 rows of each kind, about a fifth of the cells missing. */
export const randomTable: fc.Arbitrary<RandomTable> = fc
  .tuple(
    fc.integer({ min: 1, max: 30 }),
    fc.array(fc.constantFrom<Kind>('number', 'text', 'boolean', 'time'), { minLength: 1, maxLength: 5 }),
  )
  .chain(([rows, kinds]) =>
    fc
      .tuple(
        fc.uniqueArray(word, { minLength: kinds.length, maxLength: kinds.length }),
        fc.tuple(...kinds.map((kind) => cellsOf(kind, rows))),
      )
      .map(([names, cells]) => ({
        rows,
        columns: kinds.map((kind, i) => ({ name: names[i] as string, kind, cells: cells[i] as Cell[] })),
      })),
  )
  // A column in which nothing is says of what it is nothing.
  .filter(({ columns }) => columns.every(({ cells }) => cells.some((cell) => cell !== undefined)));

/** Words that are neither numbers nor anything else: in all alphabets, with signs and spaces. */
const word = fc
  .tuple(
    fc.constantFrom('a', 'Ü', '日', 'z-', '€ ', '"q" ', 'x;y', 'p|q', "it's ", 'a,b', 'é'),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  )
  .map(([first, rest]) => `${first}${rest}`.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufeff]/gu, '_').trim())
  .filter((text) => !['None', 'nan', 'a.'].includes(text));

const time = fc.integer({ min: 0, max: Date.UTC(2150, 0) }).map((ms) => new Date(ms));

function cellsOf(kind: Kind, rows: number): fc.Arbitrary<Cell[]> {
  const cell: fc.Arbitrary<Cell> =
    kind === 'number'
      ? fc.oneof(
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer({ min: -5000, max: 5000 }).map((x) => x / 100),
        )
      : kind === 'boolean'
        ? fc.boolean()
        : kind === 'time'
          ? time
          : fc.oneof(fc.constantFrom('red', 'green', '10%', 'A 1'), word);
  return fc.array(fc.option(cell, { nil: undefined, freq: 5 }), { minLength: rows, maxLength: rows });
}
