import type { SqlClient } from '../sql-client.ts';

/** A false-alarm budget of a model: what it promises, and what was spent. */
export interface AlarmBudgetRow {
  /** What steps are counted in: windows, or labelled rows. */
  readonly budget: 'windows' | 'rows';
  /** Steps between two false alarms that the spec accepts; 0 where nothing is watched. */
  readonly promised: number;
  /** Steps so far. */
  readonly steps: number;
  /** False alarms that so many steps may have. */
  readonly allowed: number;
  /** Alarms, true ones among them. */
  readonly alarms: number;
  /** End of the newest alarm's window, event time; null without any. */
  readonly lastAlarm: number | null;
  /** Detectors, with the feature that they name, the most frequent first. */
  readonly raisedBy: readonly string[];
}

/** The budgets of a model. */
export function alarmBudget(client: SqlClient, database: string, model: string): Promise<AlarmBudgetRow[]> {
  return client.rows<AlarmBudgetRow>(
    `SELECT budget, promised, steps, allowed, alarms, toUnixTimestamp64Milli(last_alarm) AS lastAlarm, raised_by AS raisedBy
     FROM ${database}.alarm_budget WHERE model = {model:String} ORDER BY budget DESC`,
    { model },
  );
}
