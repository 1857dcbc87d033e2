/** Event times of the newest rows, to say when a row was that lies so many rows back. */
export interface RowTimes {
  add(eventTime: number): void;
  /** Event time about so many rows ago; of the oldest that is known where it is further back. */
  at(rowsAgo: number): number;
  save(): SavedTimes;
}

/** A saved state, as JSON. */
export interface SavedTimes {
  readonly rows: number;
  readonly first: number;
  /** Differences between marks. */
  readonly steps: readonly number[];
}

/** Rows between two marks. */
const STEP_ROWS = 16;
/** Marks that are kept: for 8,000 rows, more than any change that is looked for lies back. */
const MOST_MARKS = 500;

/** Starts, or goes on from what was saved. */
export function createRowTimes(saved?: SavedTimes): RowTimes {
  const marks: number[] = [];
  let rows = saved?.rows ?? 0;
  if (saved && rows > 0) {
    marks.push(saved.first);
    for (const step of saved.steps) marks.push((marks.at(-1) ?? 0) + step);
  }
  return {
    add(eventTime) {
      if (rows++ % STEP_ROWS === 0) marks.push(eventTime);
      if (marks.length > MOST_MARKS) marks.shift();
    },
    at(rowsAgo) {
      // The last mark is of row (rows - 1) rounded down.
      const since = ((rows - 1) % STEP_ROWS) + 1;
      const back = Math.max(0, Math.round((rowsAgo - since) / STEP_ROWS));
      return marks[Math.max(0, marks.length - 1 - back)] ?? 0;
    },
    save: () => ({
      rows,
      first: marks[0] ?? 0,
      steps: marks.slice(1).map((mark, i) => mark - (marks[i] ?? 0)),
    }),
  };
}
