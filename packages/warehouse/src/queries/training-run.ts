import type { TrainingProgress } from '@driftloop/schemas';
import type { Warehouse } from '../warehouse.ts';

/** What the trainer said of a run at one moment. */
export type RunReport = Omit<TrainingProgress, 'model' | 'commandId'>;

/** Reports of one run: more than a trainer gives, and as much as one answer may hold. */
const MOST_REPORTS = 20_000;

/**
 * Everything that the trainer said of a command, oldest first; of more than 20,000 reports the
 * newest.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export async function trainingRun(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  model: string,
  commandId: string,
): Promise<RunReport[]> {
  const rows = await query<RunReport>(
    `SELECT phase, version, step, steps, loss, metrics, message, toUnixTimestamp64Milli(source.at) AS at
     FROM ${database}.stored_training_progress AS source FINAL
     WHERE model = {model:String} AND command_id = {commandId:String} AND error = ''
     ORDER BY kafka_partition DESC, kafka_offset DESC LIMIT {limit:UInt32}`,
    { model, commandId, limit: MOST_REPORTS },
  );
  return rows.reverse();
}
