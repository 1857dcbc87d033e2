import type { Result } from '../harness/benchmark.ts';
import type { boundSummary } from './bound.ts';
import { ROW_WATCH } from './contenders.ts';
import { delaysInCommon, type Score } from './score.ts';

type Bound = ReturnType<typeof boundSummary>;

/** A column of the comparison. */
interface Column {
  readonly name: string;
  readonly unit: string;
  readonly moreIsBetter: boolean;
  readonly of: (score: Score) => number;
}

const COLUMNS: readonly Column[] = [
  { name: 'detected', unit: 'drifts', moreIsBetter: true, of: ({ detected }) => detected },
  { name: 'mean delay', unit: 'rows', moreIsBetter: false, of: ({ meanDelay }) => meanDelay },
  {
    name: 'false alarms',
    unit: 'per 10k rows',
    moreIsBetter: false,
    of: ({ falseAlarmsPer10k }) => falseAlarmsPer10k,
  },
];

/**
 * A detector that finds fewer drifts than this share is printed, but is nobody's bar: what never
 * speaks has no false alarm.
 */
const LEAST_DETECTED = 0.5;

/**
 * The row watch beside the best single detector of each column, every detector's figures, and the
 * information bound.
 */
export function reportOf(
  run: string,
  overall: ReadonlyMap<string, Score>,
  generators: readonly { readonly generator: string; readonly score: Score; readonly bound: Bound }[],
  bound: Bound,
): Result[] {
  const watch = overall.get(ROW_WATCH);
  if (watch === undefined) return [];
  const singles = [...overall].filter(([name]) => name !== ROW_WATCH);
  const judged = singles.filter(([, { detected, drifts }]) => detected >= LEAST_DETECTED * drifts);
  const best = COLUMNS.map((column) => besideBest(run, column, watch, judged));
  const each = singles.flatMap(([name, score]) =>
    COLUMNS.map((column) => ({
      metric: `${run}: ${name}, ${column.name}`,
      value: column.of(score),
      unit: column.unit,
    })),
  );
  const parts = generators.flatMap(({ generator, score, bound: own }) => [
    {
      metric: `${run}: row watch on ${generator}, detected`,
      value: score.detected,
      unit: `of ${score.drifts} drifts`,
    },
    besideBound(`${run}: row watch on ${generator}, mean delay`, score, own),
    {
      metric: `${run}: row watch on ${generator}, false alarms`,
      value: score.falseAlarmsPer10k,
      unit: 'per 10k rows',
    },
  ]);
  const whole = besideBound(`${run}: row watch, mean delay beside the bound`, watch, bound);
  const common = judged.map(([name, score]) => besideCommon(run, watch, name, score));
  return [...best, ...common, whole, ...parts, ...each];
}

/**
 * Means over what each finds compare different drifts: who finds only the plain ones is quick on
 * average.
 */
function besideCommon(run: string, watch: Score, name: string, score: Score): Result {
  const { drifts, first, second } = delaysInCommon(watch, score);
  return {
    metric: `${run}: row watch, mean delay of the ${drifts} drifts that ${name} finds too`,
    value: first,
    unit: 'rows',
    peer: name,
    peerValue: second,
    ratio: second / first,
  };
}

/** The best single detector of one column is the bar. */
function besideBest(
  run: string,
  { name, unit, moreIsBetter, of }: Column,
  watch: Score,
  judged: readonly (readonly [string, Score])[],
): Result {
  const better = (a: number, b: number) => (moreIsBetter ? a >= b : a <= b);
  const value = of(watch);
  const [peer, score] = judged.reduce((a, b) => (better(of(a[1]), of(b[1])) ? a : b));
  const peerValue = of(score);
  return {
    metric: `${run}: row watch, ${name}`,
    value,
    unit: name === 'detected' ? `of ${watch.drifts} ${unit}` : unit,
    peer: `best single: ${peer}`,
    peerValue,
    ratio: moreIsBetter ? value / peerValue : peerValue / value,
    bar: `${moreIsBetter ? '>=' : '<='} the best single detector`,
    holds: better(value, peerValue),
  };
}

function besideBound(metric: string, score: Score, bound: Bound): Result {
  return {
    metric,
    value: score.meanDelay,
    unit: 'rows',
    peer: `least for errors alone (${bound.within} of ${score.drifts} drifts show in them)`,
    peerValue: bound.mean,
    ratio: bound.mean / score.meanDelay,
  };
}
