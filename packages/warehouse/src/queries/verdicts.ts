import type { DriftVerdict } from '@driftloop/schemas';
import type { SqlClient } from '../sql-client.ts';
import { boundedTime } from '../time.ts';
import type { HistoryQuery } from './history.ts';

/** Verdicts about a model in the order they were given, as they are on drift.verdicts. */
export async function verdicts(
  client: SqlClient,
  database: string,
  model: string,
  query: HistoryQuery,
): Promise<DriftVerdict[]> {
  const rows = await client.rows<DriftVerdict>(
    `SELECT model, version, toUnixTimestamp64Milli(window_start) AS windowStart, toUnixTimestamp64Milli(window_end) AS windowEnd,
       sequence, state, likelihood, confirmed_by_labels AS confirmedByLabels,
       arrayMap(e -> CAST((e.signal, e.detector, e.feature, toUnixTimestamp64Milli(e.window_start), e.weight, e.text),
         'Tuple(signal String, detector String, feature String, windowStart Int64, weight Float64, text String)'), source.evidence) AS evidence,
       toUnixTimestamp64Milli(change_point) AS changePoint, toUnixTimestamp64Milli(change_point_from) AS changePointFrom,
       toUnixTimestamp64Milli(change_point_to) AS changePointTo, action, command_id AS commandId,
       arrayMap(c -> CAST(c, 'Tuple(kind String, columns Array(String), weight Float64, share Float64, segment String, text String, advice String)'),
         source.causes) AS causes
     FROM ${database}.verdicts AS source
     WHERE model = {model:String} ${query.from === undefined ? '' : "AND window_end > fromUnixTimestamp64Milli({from:Int64}, 'UTC')"}
       ${query.to === undefined ? '' : "AND window_start < fromUnixTimestamp64Milli({to:Int64}, 'UTC')"}
     ORDER BY sequence DESC LIMIT {limit:UInt32}`,
    {
      model,
      limit: query.limit ?? 100,
      ...(query.from !== undefined && { from: boundedTime(query.from) }),
      ...(query.to !== undefined && { to: boundedTime(query.to) }),
    },
  );
  return rows.reverse();
}
