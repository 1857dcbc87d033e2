import { count, figure } from '../../parts/number-text.ts';
import { duration } from '../../parts/time-text.ts';
import type { Backtest, WholeBacktest } from '../../queries/backtests.ts';

type Verdict = WholeBacktest['verdicts'][number];

/** A figure of backtests, in words, and what each has. */
export interface FigureRow {
  readonly words: string;
  readonly values: readonly string[];
}

/** What there may be to say of a backtest, in the order in which a person asks. */
const FIGURES: readonly (readonly [string, (backtest: Backtest) => string | null])[] = [
  ['Alarms', ({ alarms }) => count(alarms)],
  ['Marked drifts found', ({ found }) => whole(found)],
  ['Marked drifts missed', ({ missed }) => whole(missed)],
  ['False alarms', ({ falseAlarms }) => whole(falseAlarms)],
  ['Delay on average', ({ meanDelayMs }) => (meanDelayMs === null ? null : duration(meanDelayMs))],
  ['Score', ({ score }) => measured(score)],
  ['Score as it was answered then', ({ liveScore }) => measured(liveScore)],
  ['Score of the first version alone', ({ frozenScore }) => measured(frozenScore)],
  ['Labelled answers', ({ rows }) => (rows === 0 ? null : count(rows))],
  ['Retrains', ({ retrains }) => count(retrains)],
  ['Versions that went live', ({ trained, published }) => (trained ? count(published) : null)],
  ['Rows trained on', ({ trained, trainingRows }) => (trained ? count(trainingRows) : null)],
  ['Training steps', ({ trained, trainingSteps }) => (trained ? count(trainingSteps) : null)],
  ['Records', ({ records, source }) => `${count(records)} from ${source}`],
];

/**
 * The figures of some backtests beside each other; those that none of them has are left out. Pure.
 */
export function figureRows(backtests: readonly Backtest[]): FigureRow[] {
  return FIGURES.flatMap(([words, of]) => {
    const values = backtests.map(of);
    return values.every((value) => value === null)
      ? []
      : [{ words, values: values.map((value) => value ?? '–') }];
  });
}

function whole(value: number | null): string | null {
  return value === null ? null : count(value);
}

/** A share of right answers, or an error: the backtest does not say which. */
function measured(value: number | null): string | null {
  return value === null ? null : figure('', value);
}

/** Windows that two backtests judge otherwise, in sentences. Pure. */
export function otherwiseTexts(
  one: readonly Verdict[],
  other: readonly Verdict[],
): { readonly windowStart: number; readonly windowEnd: number; readonly text: string }[] {
  const keyOf = ({ windowStart, windowEnd }: Verdict) => `${windowStart}/${windowEnd}`;
  const [ones, others] = [one, other].map((verdicts) => new Map(verdicts.map((v) => [keyOf(v), v])));
  const keys = new Set([...(ones?.keys() ?? []), ...(others?.keys() ?? [])]);
  return [...keys]
    .flatMap((key) => {
      const [left, right] = [ones?.get(key), others?.get(key)];
      const some = left ?? right;
      if (some === undefined || (left?.state === right?.state && left?.action === right?.action)) return [];
      const { windowStart, windowEnd } = some;
      return [{ windowStart, windowEnd, text: `${saidText(left)}; the other ${saidText(right)}` }];
    })
    .sort((before, after) => before.windowStart - after.windowStart);
}

function saidText(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'has no verdict';
  return verdict.action === 'none'
    ? `says ${verdict.state}`
    : `says ${verdict.state}, and asks for: ${verdict.action}`;
}

/** The values that a backtest was given instead of the spec's, one text each. Pure. */
export function overrideTexts(overrides: string): string[] {
  try {
    const parsed: unknown = JSON.parse(overrides);
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
  } catch {
    return [overrides];
  }
}
