/** Counts of an outcome (class, error, bin) in each of several cells of the inputs. */
export interface CountTable {
  readonly cells: number;
  /** Outcomes that are told apart, at least 2. */
  readonly categories: number;
  /**
   * Whether evidence is given how many there are of each outcome in all, which is exact whatever
   * their rates; two outcomes always are. Else it is a Bayes factor, which rests on its prior.
   * @default false
   */
  readonly isConditional?: boolean;
  /** Whether only a rise of the second of two outcomes counts. */
  readonly rise: boolean;
  /** Chance that a change shows in a given cell; 1 for a table of one cell. */
  readonly spread: number;
  /** Share of the evidence; shares add up to 1. */
  readonly share: number;
}

/** A table, its first count and its first cell among those of all. */
export type PlacedTable = CountTable & { readonly offset: number; readonly firstCell: number };

/** Tables one after the other. */
export interface PlacedTables {
  readonly tables: readonly PlacedTable[];
  /** Counts of all of them. */
  readonly counts: number;
  readonly cells: number;
  /** Of each cell the table that it is of, and its first count. */
  readonly tableOf: Int32Array;
  readonly firstOf: Int32Array;
}

/** Places the tables. */
export function placeTables(tables: readonly CountTable[]): PlacedTables {
  let offset = 0;
  let firstCell = 0;
  const placed = tables.map((table) => {
    const own = { ...table, offset, firstCell };
    offset += table.cells * table.categories;
    firstCell += table.cells;
    return own;
  });
  const tableOf = new Int32Array(firstCell);
  const firstOf = new Int32Array(firstCell);
  placed.forEach((table, t) => {
    for (let cell = 0; cell < table.cells; cell++) {
      tableOf[table.firstCell + cell] = t;
      firstOf[table.firstCell + cell] = table.offset + cell * table.categories;
    }
  });
  return { tables: placed, counts: offset, cells: firstCell, tableOf, firstOf };
}
