/**
 * What the cells of a column are, decided over all rows: `number`; `boolean` (true and false);
 * `time` (all are dates or times); `nested` (lists, which no feature is made of); `empty` (all are
 * missing); else `text`.
 */
export type ColumnKind = 'number' | 'boolean' | 'text' | 'time' | 'nested' | 'empty';

/** One column of a file. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** The cell as the file has it, booleans as `true` and `false`; undefined where it is missing. */
  text(row: number): string | undefined;
  /** The cell as a number; NaN where it is missing or none. Times are epoch milliseconds. */
  number(row: number): number;
}

/** The rows of a file, in columns. */
export interface ColumnTable {
  readonly path: string;
  readonly format: 'CSV' | 'JSON lines' | 'Parquet';
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Where a row is in the file, for messages: `line 3`. */
  where(row: number): string;
  /** What was found or decided about the file, in a few words each. */
  readonly taken: readonly string[];
  /** Whether anything in `taken` is not what a plain CSV file of numbers has. */
  readonly isPlain: boolean;
}

/** What a file does not say, or says so that it can be misread. */
export interface ReadOptions {
  /** Between the cells of a CSV file, one character. @default found in the first lines */
  readonly separator?: string;
  /** Around cells of a CSV file, one character. @default found in the first lines, else `"` */
  readonly quote?: string;
  /** The decimal sign of a CSV file. @default found over all rows */
  readonly decimal?: '.' | ',';
  /** What stands for a missing value beside the usual ones. @default none */
  readonly missing?: readonly string[];
}
