/** What can go wrong between the world and the model, from the most telling sign to the least. */
export const FAULT_KINDS = [
  'swapped',
  'renamed',
  'unit',
  'constant',
  'rounded',
  'placeholder',
  'nulls',
  'clock',
  'duplicates',
  'gap',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** A sign of a fault in one window. */
export interface Fault {
  /** Columns, those that belong together as one; none where it is about whole rows. */
  readonly columns: readonly string[];
  /** Share of the window's rows, 0 to 1; of a gap the share of the usual rows that are missing. */
  readonly share: number;
  /** In words. */
  readonly text: string;
}

/** A share as people say it. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 1 ? Number(value.toPrecision(1)) : Math.round(value)} %`;
}

/** Names in a row. */
export function named(columns: readonly string[]): string {
  return columns.length < 2 ? (columns[0] ?? '') : `${columns.slice(0, -1).join(', ')} and ${columns.at(-1)}`;
}
