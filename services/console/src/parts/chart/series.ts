/** Times in seconds, as uPlot takes them, and a value or a gap for each line. */
export type Columns = readonly [readonly number[], ...(readonly (number | null)[])[]];

/** One line of a chart. */
export interface Line {
  readonly label: string;
  readonly colour: 'blue' | 'green' | 'orange' | 'red' | 'grey';
  readonly dashed?: boolean;
  /** A bound: what lies between it and the next line is shaded. */
  readonly isBound?: boolean;
}

/** A chart over event time. */
export interface Series {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly columns: Columns;
  /** Whether values are shares, drawn from 0 to 1. */
  readonly isShare: boolean;
}

/** A window of event time, epoch ms. */
export interface Window {
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** Where a window is drawn: in its middle, epoch seconds. Pure. */
export function middleOf({ windowStart, windowEnd }: Window): number {
  return (windowStart + windowEnd) / 2_000;
}
