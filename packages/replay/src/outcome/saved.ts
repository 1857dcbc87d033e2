import { createHash } from 'node:crypto';
import type { BacktestRows } from '@driftloop/warehouse';
import type { BacktestResult } from '../backtest.ts';
import type { Figures } from './figures.ts';

/**
 * The rows of a backtest for ClickHouse. Its id is a hash of what was asked and of what came out:
 * whoever saves the same again replaces it.
 *
 * @param savedAt wall clock, epoch ms
 */
export function savedRows(result: BacktestResult, figures: Figures, savedAt: number): BacktestRows {
  const { model, overrides, source, records, signals, verdicts, loop } = result;
  const endings = loop?.endings ?? [];
  const asked = { model, overrides, trained: loop !== undefined, records, figures };
  const hash = createHash('sha256').update(JSON.stringify({ ...asked, verdicts, endings }));
  const times = verdicts.flatMap(({ windowStart, windowEnd }) => [windowStart, windowEnd]);
  const { beside, scores, cost } = figures;
  return {
    backtest: {
      backtestId: hash.digest('hex').slice(0, 16),
      model,
      savedAt,
      windowFrom: times.reduce((least, time) => Math.min(least, time), times[0] ?? 0),
      windowTo: times.reduce((most, time) => Math.max(most, time), 0),
      overrides: JSON.stringify(overrides),
      trained: loop !== undefined,
      source,
      records,
      alarms: figures.alarms,
      found: beside?.found ?? null,
      missed: beside?.missed ?? null,
      falseAlarms: beside?.falseAlarms ?? null,
      meanDelayMs: beside?.meanDelayMs ?? null,
      rows: scores?.rows ?? 0,
      score: scores?.backtest ?? null,
      frozenScore: scores?.frozen ?? null,
      liveScore: scores?.live ?? null,
      retrains: cost.retrains,
      published: cost.published,
      trainingRows: cost.rows,
      trainingSteps: cost.steps,
    },
    signals: signals.map((signal) => ({
      window_start: signal.windowStart,
      window_end: signal.windowEnd,
      signal: signal.signal,
      version: signal.version,
      detector: signal.detector,
      feature: signal.feature,
      rival: signal.rival ?? 0,
      statistic: signal.statistic,
      p_value: signal.pValue,
      threshold: signal.threshold,
      n: signal.n,
      severity: signal.severity,
      drifted: signal.drifted,
      ordinal: signal.ordinal,
    })),
    verdicts: verdicts.map((verdict) => ({
      sequence: verdict.sequence,
      version: verdict.version,
      window_start: verdict.windowStart,
      window_end: verdict.windowEnd,
      state: verdict.state,
      likelihood: verdict.likelihood,
      confirmed_by_labels: verdict.confirmedByLabels,
      change_point: verdict.changePoint === null ? null : Math.round(verdict.changePoint),
      action: verdict.action,
      command_id: verdict.commandId,
    })),
    versions: endings.map((ending, ordinal) => ({
      ordinal,
      command_id: ending.commandId,
      action: ending.action,
      outcome: ending.outcome,
      version: ending.version,
      event_time: ending.eventTime,
      ended_at: ending.endedAt,
      rows: ending.rows,
      steps: ending.steps,
      reasons: ending.reasons,
    })),
  };
}
