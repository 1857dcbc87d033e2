import { type Line, middleOf, type Series, type Window } from './series.ts';

/** A verdict, as a chart needs it. */
export type Judged = Window & { readonly likelihood: number };

/** A line of verdicts. */
export interface JudgedLine extends Line {
  readonly verdicts: readonly Judged[];
}

/** The likelihood of drift as several have told it, over the windows of all of them. Pure. */
export function besideSeries(lines: readonly JudgedLine[]): Series {
  // Of verdicts about one window the last counts.
  const all = lines.map(
    ({ verdicts }) => new Map(verdicts.map((verdict) => [middleOf(verdict), verdict.likelihood])),
  );
  const times = [...new Set(all.flatMap((line) => [...line.keys()]))].sort((one, other) => one - other);
  return {
    title: 'Likelihood of drift',
    isShare: true,
    lines: lines.map(({ verdicts: _, ...line }) => line),
    columns: [times, ...all.map((line) => times.map((at) => line.get(at) ?? null))],
  };
}
