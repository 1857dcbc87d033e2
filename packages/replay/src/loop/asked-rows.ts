import type { LogOrder, ReplayRecord } from '@driftloop/drift';
import type { ModelSpec } from '@driftloop/schemas';
import { eventTimeRefusal, isRequestId, requestRefusal, rowOf, rowWidthOf } from '@driftloop/spec';

/** The requests of a slice that a model answers, as rows in the order of the log. */
export interface AskedRows {
  readonly rows: number;
  readonly width: number;
  /** Row-major. */
  readonly features: Float32Array;
  readonly eventTimes: Float64Array;
  readonly partitions: Int32Array;
  readonly offsets: Float64Array;
  /** Row of a record of the slice; -1 where it is no request that is answered. */
  readonly rowOf: Int32Array;
  /** Row of the newest request with an id. */
  readonly byId: ReadonlyMap<string, number>;
}

/** Finds the requests that the inference service would answer. */
export function askedRows(records: readonly ReplayRecord[], { order }: LogOrder, spec: ModelSpec): AskedRows {
  const width = rowWidthOf(spec);
  const rowsOf = new Int32Array(records.length).fill(-1);
  const byId = new Map<string, number>();
  const asked: { readonly record: ReplayRecord; readonly row: Float32Array }[] = [];
  for (const i of order) {
    const record = records[i] as ReplayRecord;
    if (record.topic !== 'inference.requests' || record.value.model !== spec.model) continue;
    const { value, timestamp } = record;
    if (!isRequestId(value.requestId)) continue;
    const row = rowOf(value, spec);
    if (eventTimeRefusal(value.eventTime, timestamp, spec.window) || requestRefusal(value, row, spec))
      continue;
    rowsOf[i] = asked.length;
    byId.set(value.requestId, asked.length);
    asked.push({ record, row });
  }
  const features = new Float32Array(asked.length * width);
  for (const [at, { row }] of asked.entries()) features.set(row, at * width);
  return {
    rows: asked.length,
    width,
    features,
    eventTimes: Float64Array.from(asked, ({ record }) => record.value.eventTime),
    partitions: Int32Array.from(asked, ({ record }) => record.partition),
    offsets: Float64Array.from(asked, ({ record }) => record.offset),
    rowOf: rowsOf,
    byId,
  };
}
