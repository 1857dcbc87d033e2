import type { CommandAction, RetrainCommand, TrainingProgress } from '@driftloop/schemas';
import { boundedTime } from '../time.ts';
import type { Warehouse } from '../warehouse.ts';
import type { HistoryQuery } from './history.ts';

/** A retrain command with how far it has come. */
export interface CommandRow {
  readonly commandId: string;
  readonly action: CommandAction;
  readonly baseVersion: number;
  /** Version to restore, promote or reject. */
  readonly restoreVersion: number | null;
  /** Event time of the decision, epoch ms. */
  readonly eventTime: number;
  /** Wall clock of the decision, epoch ms. */
  readonly issuedAt: number;
  readonly issuedBy: string;
  readonly selection: RetrainCommand['selection'];
  readonly strategy: string;
  readonly reasons: readonly string[];
  /** Null until the trainer has said anything about it. */
  readonly progress: Progress | null;
}

/** What the trainer said last. */
export type Progress = Pick<
  TrainingProgress,
  'phase' | 'version' | 'step' | 'steps' | 'loss' | 'message' | 'at'
>;

/**
 * Retrain commands of a model with what the trainer said last about each, oldest first.
 *
 * @param query times are event times of the decisions; the newest are kept
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export async function commands(
  { query: ask, database }: Pick<Warehouse, 'query' | 'database'>,
  model: string,
  { limit = 100, from = -Infinity, to = Infinity }: HistoryQuery,
): Promise<CommandRow[]> {
  const rows = await ask<Omit<CommandRow, 'progress'>>(
    `SELECT command_id AS commandId, action, base_version AS baseVersion, restore_version AS restoreVersion,
       toUnixTimestamp64Milli(event_time) AS eventTime, toUnixTimestamp64Milli(issued_at) AS issuedAt, issued_by AS issuedBy,
       arrayMap(range -> CAST((toUnixTimestamp64Milli(range.from), toUnixTimestamp64Milli(range.to), range.weight, range.reason),
         'Tuple(from Int64, to Int64, weight Float64, reason String)'), source.selection) AS selection,
       strategy, reasons
     FROM ${database}.commands AS source
     WHERE model = {model:String}
       AND source.event_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
       AND source.event_time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
     ORDER BY source.issued_at DESC, command_id LIMIT {limit:UInt32}`,
    { model, limit, from: boundedTime(from), to: boundedTime(to) },
  );
  const progress = await newestProgress(
    { query: ask, database },
    model,
    rows.map(({ commandId }) => commandId),
  );
  return rows.reverse().map((row) => ({ ...row, progress: progress.get(row.commandId) ?? null }));
}

async function newestProgress(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  model: string,
  ids: readonly string[],
): Promise<Map<string, Progress>> {
  if (ids.length === 0) return new Map();
  const rows = await query<Progress & { readonly commandId: string }>(
    `SELECT command_id AS commandId, phase, version, step, steps, loss, message, toUnixTimestamp64Milli(source.at) AS at
     FROM ${database}.stored_training_progress AS source
     WHERE model = {model:String} AND command_id IN {ids:Array(String)} AND error = ''
     ORDER BY command_id, kafka_offset DESC LIMIT 1 BY command_id`,
    { model, ids: [...ids] },
  );
  return new Map(rows.map(({ commandId, ...rest }) => [commandId, rest]));
}
