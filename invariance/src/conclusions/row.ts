/** A row of a topic or a table, with its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** How rows are told apart and compared. */
export interface RowKind {
  /** Columns that say what a row is about. */
  readonly key: readonly string[];
  /** Columns that depend on the clock or on when a service wrote. */
  readonly ignored: readonly string[];
}
