import type { Curve } from '../../parts/chart/line-chart.tsx';
import type { Figures, Scenario } from '../../queries/strategies.ts';

/** As many as can be told apart by their colours. */
const COLOURS = ['blue', 'orange', 'green', 'red', 'grape'] as const;
/** What everything is held against. */
const BASELINE = 'naive';

/** Strategies that are drawn where nobody says which: the best three, and the baseline. Pure. */
export function usuallyDrawn(results: readonly Pick<Figures, 'strategy'>[]): string[] {
  const best = results.slice(0, 3).map(({ strategy }) => strategy);
  const hasBaseline = results.some(({ strategy }) => strategy === BASELINE);
  return hasBaseline && !best.includes(BASELINE) ? [...best, BASELINE] : best;
}

/**
 * One more strategy, or one less: of more than can be told apart the one that was chosen first
 * goes. Pure.
 */
export function withOr(drawn: readonly string[], strategy: string): string[] {
  if (drawn.includes(strategy)) return drawn.filter((one) => one !== strategy);
  return [...drawn, strategy].slice(-COLOURS.length);
}

/** A chart's places on the axis below, and a line for each strategy. */
export interface Drawing {
  readonly places: readonly number[];
  readonly lines: readonly Curve[];
}

/** Accuracy over the tasks learnt so far, by how many they are; undefined without such. Pure. */
export function taskCurves({ results }: Pick<Scenario, 'results'>, drawn: readonly string[]) {
  return drawing(
    results,
    drawn,
    ({ curve }) => curve,
    (at) => at + 1,
  );
}

/**
 * Accuracy of blocks before they are learnt, by the rows learnt by then; undefined where rows come
 * in no blocks. Pure.
 */
export function blockCurves({ results }: Pick<Scenario, 'results'>, drawn: readonly string[]) {
  const rows = results.find(({ blockRows }) => blockRows > 0)?.blockRows ?? 0;
  return drawing(
    results,
    drawn,
    ({ blocks }) => blocks,
    (at) => (at + 1) * rows,
  );
}

function drawing(
  results: readonly Figures[],
  drawn: readonly string[],
  valuesOf: (figures: Figures) => readonly number[],
  placeOf: (at: number) => number,
): Drawing | undefined {
  const found = results.filter((one) => drawn.includes(one.strategy) && valuesOf(one).length > 0);
  if (found.length === 0) return undefined;
  const length = Math.max(...found.map((one) => valuesOf(one).length));
  return {
    places: Array.from({ length }, (_, at) => placeOf(at)),
    lines: found.map((one, index) => ({
      label: one.strategy,
      colour: COLOURS[index % COLOURS.length] ?? 'blue',
      values: Array.from({ length }, (_, at) => valuesOf(one)[at] ?? null),
    })),
  };
}
