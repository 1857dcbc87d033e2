/** What of the timeline the address holds, so that a link shows the same. */
export interface DriftSearch {
  /** Event time from which on, epoch ms. */
  readonly from?: number;
  /** Event time until which, epoch ms. */
  readonly to?: number;
  /** Begin of the window that is looked at closely, epoch ms. */
  readonly window?: number;
}

/** Reads it; what is no number is left out. */
export function driftSearch(search: Record<string, unknown>): DriftSearch {
  return Object.fromEntries(
    (['from', 'to', 'window'] as const).flatMap((name) => {
      const value = Number(search[name]);
      return search[name] === undefined || !Number.isFinite(value) ? [] : [[name, value]];
    }),
  );
}
