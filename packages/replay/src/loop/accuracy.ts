import type { ReplayRecord } from '@driftloop/drift';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses, windowStartOf } from '@driftloop/spec';
import type { AskedRows } from './asked-rows.ts';
import type { KnownLabels } from './known-labels.ts';

/**
 * How well a window's requests were answered: each before its label was known. Of classes the share
 * of right answers; of a regression the mean absolute error.
 */
export interface WindowScore {
  readonly windowStart: number;
  /** Rows with a label. */
  readonly rows: number;
  /** Of the backtest. */
  readonly backtest: number;
  /** Of the version that was live at the beginning, left alone. */
  readonly frozen: number;
  /** Of what was answered then, and how many rows of it have a label. */
  readonly live: number | null;
  readonly liveRows: number;
}

/** Sums per window. */
interface Sums {
  rows: number;
  backtest: number;
  frozen: number;
  live: number;
  liveRows: number;
}

/** Scores answers, by window of event time, in order. */
export function scoreWindows(
  asked: AskedRows,
  labels: KnownLabels,
  answers: {
    readonly backtest: ArrayLike<number>;
    readonly frozen: ArrayLike<number>;
    readonly live: ReadonlyMap<number, number>;
  },
  { task, window }: Pick<ModelSpec, 'task' | 'window'>,
): WindowScore[] {
  const isRight = hasClasses(task);
  const score = (predicted: number, label: number) =>
    isRight ? Number(predicted === label) : Math.abs(predicted - label);
  const windows = new Map<number, Sums>();
  for (let row = 0; row < asked.rows; row++) {
    const label = labels.of(row);
    const predicted = answers.backtest[row] as number;
    if (Number.isNaN(label) || Number.isNaN(predicted)) continue;
    const start = windowStartOf(asked.eventTimes[row] as number, window.lengthMs);
    const sums = windows.get(start) ?? { rows: 0, backtest: 0, frozen: 0, live: 0, liveRows: 0 };
    windows.set(start, sums);
    sums.rows++;
    sums.backtest += score(predicted, label);
    sums.frozen += score(answers.frozen[row] as number, label);
    const live = answers.live.get(row);
    if (live === undefined) continue;
    sums.liveRows++;
    sums.live += score(live, label);
  }
  return [...windows]
    .sort(([a], [b]) => a - b)
    .map(([windowStart, { rows, backtest, frozen, live, liveRows }]) => ({
      windowStart,
      rows,
      backtest: backtest / rows,
      frozen: frozen / rows,
      live: liveRows === 0 ? null : live / liveRows,
      liveRows,
    }));
}

/** What was answered then, by row: the first answer that was served to a request. */
export function liveAnswers(
  records: readonly ReplayRecord[],
  { byId }: AskedRows,
  model: string,
): ReadonlyMap<number, number> {
  const answers = new Map<number, number>();
  for (const record of records) {
    if (record.topic !== 'inference.predictions' || record.value.model !== model) continue;
    const row = record.value.role === 'shadow' ? undefined : byId.get(record.value.requestId);
    if (row !== undefined && !answers.has(row)) answers.set(row, record.value.predicted);
  }
  return answers;
}
