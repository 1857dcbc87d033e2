/** Which backtests are looked at. */
export interface BacktestsSearch {
  /** Id of the one. */
  readonly one?: string;
  /** Id of the one beside it. */
  readonly other?: string;
}

/** Reads it; what is no text is left out. An id may look like a number. */
export function backtestsSearch(search: Record<string, unknown>): BacktestsSearch {
  return Object.fromEntries(
    (['one', 'other'] as const).flatMap((name) => {
      const value = search[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
    }),
  );
}
