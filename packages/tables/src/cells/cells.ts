/**
 * The cells of one column while a file is read. A cell that is written as its number is written
 * (`1.5`, not `1.50` or `007`) is kept as that number, from which its text can be made again;
 * every other one as an index into the distinct texts. So what a column is can be decided when all
 * rows are known, over its distinct texts, and columns of numbers cost 8 bytes per cell.
 */
export interface Cells {
  readonly name: string;
  /** Numbers by row; NaN where a cell is missing or a text. */
  readonly numbers: Float64Array;
  /** 1 + index of the text of each row, 0 for none; absent where no cell is a text. */
  readonly codes: Int32Array | undefined;
  readonly texts: readonly string[];
  /** Whether booleans, dates or lists were set. */
  readonly typed: ReadonlySet<'boolean' | 'date' | 'nested'>;
}

/** Collects cells of one column; rows that are not set are missing. */
export interface CellBuilder {
  setNumber(row: number, value: number): void;
  setText(row: number, text: string): void;
  setTyped(row: number, kind: 'boolean' | 'nested', text: string): void;
  /** @param time epoch milliseconds */
  setDate(row: number, time: number): void;
  isSet(row: number): boolean;
  finish(rows: number): Cells;
}

const FIRST_ROWS = 1_024;

/** Makes a builder for the column of a name. */
export function createCellBuilder(name: string): CellBuilder {
  let numbers = new Float64Array(FIRST_ROWS).fill(Number.NaN);
  let codes: Int32Array | undefined;
  const texts: string[] = [];
  const indices = new Map<string, number>();
  const typed = new Set<'boolean' | 'date' | 'nested'>();

  function grow(row: number): void {
    if (row < numbers.length) return;
    const length = Math.max(row + 1, 2 * numbers.length);
    const more = new Float64Array(length).fill(Number.NaN, numbers.length);
    more.set(numbers);
    numbers = more;
    if (codes === undefined) return;
    const moreCodes = new Int32Array(length);
    moreCodes.set(codes);
    codes = moreCodes;
  }

  function setText(row: number, text: string): void {
    grow(row);
    let index = indices.get(text);
    if (index === undefined) {
      index = texts.length;
      indices.set(text, index);
      texts.push(text);
    }
    codes ??= new Int32Array(numbers.length);
    codes[row] = index + 1;
  }

  return {
    setNumber(row, value) {
      grow(row);
      numbers[row] = value;
    },
    setText,
    setTyped(row, kind, text) {
      typed.add(kind);
      setText(row, text);
    },
    setDate(row, time) {
      typed.add('date');
      grow(row);
      numbers[row] = time;
    },
    isSet(row) {
      return row < numbers.length && (!Number.isNaN(numbers[row]) || (codes?.[row] ?? 0) !== 0);
    },
    finish(rows) {
      grow(rows);
      return {
        name,
        numbers: numbers.slice(0, rows),
        codes: codes?.slice(0, rows),
        texts,
        typed,
      };
    },
  };
}
