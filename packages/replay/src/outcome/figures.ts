import type { BacktestResult } from '../backtest.ts';
import type { WindowScore } from '../loop/accuracy.ts';
import { type AlarmsBeside, alarmsBeside, alarmsOf, type MarkedDrift } from './alarms.ts';

/** What a backtest came to, in figures. */
export interface Figures {
  /** Changes to the state drift. */
  readonly alarms: number;
  /** Beside marked drifts, where there are any. */
  readonly beside: AlarmsBeside | null;
  /** Of whole answers; null where nothing was trained. */
  readonly scores: {
    readonly rows: number;
    readonly backtest: number;
    readonly frozen: number;
    readonly live: number | null;
  } | null;
  readonly cost: {
    /** Training runs. */
    readonly retrains: number;
    readonly published: number;
    readonly rows: number;
    readonly steps: number;
  };
}

/** Reduces a result to figures. @param marked drifts. @default none are known */
export function figuresOf(
  { verdicts, commands, loop }: Pick<BacktestResult, 'verdicts' | 'commands' | 'loop'>,
  marked?: readonly MarkedDrift[],
): Figures {
  const alarms = alarmsOf(verdicts);
  const runs = (loop?.endings ?? []).filter(({ action, rows }) => action === 'retrain' && rows > 0);
  return {
    alarms: alarms.length,
    beside: marked ? alarmsBeside(alarms, marked) : null,
    scores: loop ? scoresOf(loop.scores) : null,
    cost: {
      retrains: loop ? runs.length : commands.filter(({ action }) => action === 'retrain').length,
      published: runs.filter(({ outcome }) => outcome === 'published').length,
      rows: runs.reduce((sum, { rows }) => sum + rows, 0),
      steps: runs.reduce((sum, { steps }) => sum + steps, 0),
    },
  };
}

function scoresOf(windows: readonly WindowScore[]): Figures['scores'] {
  const sum = (of: (window: WindowScore) => number) =>
    windows.reduce((total, window) => total + of(window), 0);
  const rows = sum((window) => window.rows);
  if (rows === 0) return null;
  const liveRows = sum((window) => window.liveRows);
  return {
    rows,
    backtest: sum((window) => window.backtest * window.rows) / rows,
    frozen: sum((window) => window.frozen * window.rows) / rows,
    live: liveRows === 0 ? null : sum((window) => (window.live ?? 0) * window.liveRows) / liveRows,
  };
}
