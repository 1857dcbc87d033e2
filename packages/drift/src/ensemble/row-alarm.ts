import { strengthFor } from '@driftloop/detectors';
import type { DriftPolicy, DriftSignal } from '@driftloop/schemas';
import { itemOf } from '../signals/evidence-item.ts';
import { budgetOf } from './budget.ts';
import type { CompleteWindow } from './collect.ts';
import type { ModelState, RowAlarm } from './state.ts';

/** Budgets that an alarm may hold: more would only delay that it fades. */
const MOST_TIMES = 10;
/** What is left of an alarm is forgotten below this share of the budget. */
const LEAST_TIMES = 0.05;

/** The row watch's signal, as what the ensemble keeps of it. */
export function rowAlarmOf(signal: DriftSignal): RowAlarm {
  const { statistic, threshold, changePoint } = itemOf(signal);
  const { detector, feature, detail, windowStart, windowEnd: saidAt, n: rows } = signal;
  const times = threshold > 0 ? statistic / threshold : 0;
  const at = changePoint ?? windowStart;
  return {
    at,
    from: signal.changePointFrom ?? at,
    to: signal.changePointTo ?? at,
    saidAt,
    rows,
    detector,
    feature,
    text: detail,
    times: Math.min(MOST_TIMES, Math.max(0, times)),
  };
}

/**
 * Lets an alarm fade: labels of a later window that speak against drift count against it, and those
 * that speak for it speak for themselves.
 */
export function fadeRowAlarm(model: ModelState, window: CompleteWindow, eValue: number): void {
  const alarm = model.rowAlarm;
  if (!alarm || window.end <= alarm.saidAt) return;
  const times = alarm.times * Math.min(1, eValue);
  model.rowAlarm = times < LEAST_TIMES ? null : { ...alarm, times };
}

/** Its strength as evidence of labels: it keeps a budget of its own, so it needs no other. */
export function strengthOfRows({ rowAlarm }: Pick<ModelState, 'rowAlarm'>, policy: DriftPolicy): number {
  return rowAlarm ? strengthFor('concept', rowAlarm.times, budgetOf(policy)) : 0;
}
