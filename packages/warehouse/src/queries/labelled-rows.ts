import type { InputPosition } from '@driftloop/schemas';
import { allocateRows, type LabelledRows, MOST_REQUEST_ID_BYTES } from '@driftloop/spec';
import { createRowBinaryReader } from '../row-binary.ts';
import type { SqlClient } from '../sql-client.ts';
import { boundedTime } from '../time.ts';

/** Which labelled rows to read. */
export interface LabelledRowsQuery {
  readonly model: string;
  /**
   * Event-time ranges of the requests, `to` exclusive. Where ranges overlap, the first one's weight
   * holds.
   */
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly weight: number }[];
  /** Labels up to here count. @default no bound */
  readonly labelsThrough?: readonly InputPosition[];
  /** At most so many rows; the newest are kept. */
  readonly limit: number;
  /** Features per row; requests with another number of features are left out. */
  readonly width: number;
  /** Labels per row: the targets of the model's spec. @default 1 */
  readonly targets?: number;
}

/**
 * A label may bear an earlier time than its request by this much (clocks differ); one that is
 * earlier still is not looked for.
 */
const MAX_CLOCK_SKEW_MS = 86_400_000;

/**
 * Reads requests with their labels, each request once, in order of event time. The first valid
 * label counts. Requests with infinite features, or with missing ones where the model's spec allows
 * none, whose event time lies further ahead than the spec allows, or whose id is too long, are left
 * out.
 */
export async function labelledRows(
  client: SqlClient,
  database: string,
  query: LabelledRowsQuery,
): Promise<LabelledRows> {
  const { width, targets = 1 } = query;
  if (query.ranges.length === 0 || query.limit === 0) return emptyRows({ width, targets }, 0);
  const froms = query.ranges.map((range) => range.from);
  const tos = query.ranges.map((range) => range.to);
  const earliest = boundedTime(Math.min(...froms));
  const through = query.labelsThrough ?? [];
  const common = {
    model: query.model,
    froms,
    tos,
    latest: boundedTime(Math.max(...tos)),
    width,
  };
  // Most often the newest requests of the ranges suffice, however long the history is; where too
  // few of them are labelled, more are looked at.
  for (let candidates = 2 * query.limit; ; candidates *= 4) {
    const since = await client.rows<{ since: number }>(sinceSql(database), {
      ...common,
      earliest,
      candidates,
    });
    const start = since[0]?.since ?? earliest;
    const answer = await client.rowBinary(labelledRowsSql(database, targets, through.length > 0), {
      ...common,
      weights: query.ranges.map((range) => range.weight),
      earliest: start,
      earliestLabel: boundedTime(start - MAX_CLOCK_SKEW_MS),
      limit: query.limit,
      ...(through.length > 0 && {
        partitions: through.map((position) => position.partition),
        offsets: through.map((position) => position.offset),
      }),
    });
    const rows = countRows(answer, { width, targets });
    if (rows === query.limit || since.length === 0) return decode(answer, { width, targets }, rows);
  }
}

/**
 * Requests of the ranges, from `earliest` on, without those that `isEventTimeAhead` of
 * packages/spec refuses, or `isRequestId`.
 */
function requestsOf(database: string): string {
  const mostAhead = `SELECT if(count() = 0, toUInt64(1e15), any(if(window_allowed_ahead_ms = 0, window_length_ms, window_allowed_ahead_ms))) FROM ${database}.model_specs WHERE model = {model:String}`;
  return `${database}.stored_requests
    WHERE model = {model:String}
      AND length(request_id) <= ${MOST_REQUEST_ID_BYTES}
      AND event_time >= fromUnixTimestamp64Milli({earliest:Int64}, 'UTC')
      AND event_time < fromUnixTimestamp64Milli({latest:Int64}, 'UTC')
      AND (kafka_timestamp < toDateTime64('2000-01-01 00:00:00', 3, 'UTC') OR event_time <= kafka_timestamp + toIntervalMillisecond((${mostAhead})))
      AND (length(features) = {width:UInt32} OR (empty(features) AND (notEmpty(numbers) OR notEmpty(texts) OR notEmpty(vectors))))
      AND arrayExists((f, t) -> f <= toUnixTimestamp64Milli(event_time) AND toUnixTimestamp64Milli(event_time) < t, {froms:Array(Int64)}, {tos:Array(Int64)})`;
}

/** Event time of the last of the newest requests; no row when there are not so many. */
function sinceSql(database: string): string {
  return `SELECT toUnixTimestamp64Milli(event_time) AS since FROM ${requestsOf(database)}
    ORDER BY stored_requests.event_time DESC LIMIT 1 OFFSET {candidates:UInt64}`;
}

/** A number or a category of a request, by the name of its feature. */
const NUMBER = `toFloat32(if(empty(known),
        if(mapContains(numbers, name), numbers[name], nan),
        if(mapContains(texts, name), indexOf(known, texts[name]) - 1., nan)))`;

/**
 * The row of a request, as `rowOf` of packages/spec makes it: one number per feature, and of an
 * embedding as many as its size.
 */
const ROW = `multiIf(notEmpty(features), if(has(kinds, 'text'), [toFloat32(inf)], features),
      NOT has(kinds, 'embedding') AND NOT has(kinds, 'text'), arrayMap((name, known) -> ${NUMBER}, names, category_names),
      arrayFlatten(arrayMap((name, known, kind, size) -> multiIf(
        kind = 'text', [toFloat32(if(mapContains(texts, name), 0, nan))],
        kind = 'embedding', if(mapContains(vectors, name) AND length(vectors[name]) = size, vectors[name],
          arrayResize(emptyArrayFloat32(), size, toFloat32(if(mapContains(vectors, name), inf, nan)))),
        [${NUMBER}]), names, category_names, kinds, sizes)))`;

/**
 * What a label means, as `truthOf` of packages/spec says it: the truth of each target, none for no
 * label.
 */
const MEANT_ALONE = `multiIf(
        label_name IS NOT NULL, if(has(class_names, ifNull(label_name, '')), indexOf(class_names, ifNull(label_name, '')) - 1., nan),
        notEmpty(class_numbers), if(has(class_numbers, label), indexOf(class_numbers, label) - 1., nan),
        label)`;
const MEANT = `multiIf(
        length(targets) > 1 AND notEmpty(label_names),
          if(task = 'multilabel' AND hasAll(targets, label_names), arrayMap(target -> toFloat64(has(label_names, target)), targets), []),
        length(targets) > 1,
          if(length(label_values) = length(targets) AND arrayAll(value -> if(task = 'multilabel', value = 0 OR value = 1, isFinite(toFloat32(value))), label_values), label_values, []),
        notEmpty(label_values) OR notEmpty(label_names), [],
        isFinite(toFloat32(alone)) AND (classes = 0 OR (alone >= 0 AND alone < classes AND alone = floor(alone))), [alone],
        [])`;

/** Labels are looked up for the requests of the ranges only: there may be many more. */
function labelledRowsSql(database: string, targets: number, bounded: boolean): string {
  const requests = requestsOf(database);
  const spec = `${database}.model_specs WHERE model = {model:String}`;
  const isRead =
    'AND kafka_offset < transform(kafka_partition, {partitions:Array(UInt32)}, {offsets:Array(UInt64)}, toUInt64(0))';
  return `WITH
      (SELECT any(arrayMap(f -> f.name, features)) FROM ${spec}) AS names,
      (SELECT any(arrayMap(f -> f.kind, features)) FROM ${spec}) AS kinds,
      (SELECT any(arrayResize(categories, length(features))) FROM ${spec}) AS category_names,
      (SELECT any(arrayResize(sizes, length(features))) FROM ${spec}) AS sizes,
      (SELECT any(arrayFlatten(arrayMap((f, size) -> arrayResize([f.allow_missing], greatest(size, 1), f.allow_missing), features, arrayResize(sizes, length(features))))) FROM ${spec}) AS may_miss,
      (SELECT any(classes) FROM ${spec}) AS classes,
      (SELECT any(class_names) FROM ${spec}) AS class_names,
      (SELECT any(class_numbers) FROM ${spec}) AS class_numbers,
      (SELECT any(task) FROM ${spec}) AS task,
      (SELECT any(targets) FROM ${spec}) AS targets
    SELECT
      toUnixTimestamp64Milli(asked.event_time), ${targets === 1 ? 'truth.first_label[1]' : 'arrayMap(value -> toFloat32(value), truth.first_label)'},
      {weights:Array(Float64)}[arrayFirstIndex((f, t) -> f <= toUnixTimestamp64Milli(asked.event_time) AND toUnixTimestamp64Milli(asked.event_time) < t, {froms:Array(Int64)}, {tos:Array(Int64)})],
      asked.row
    FROM (
      SELECT event_time, request_id, ${ROW} AS row, kafka_partition, kafka_offset FROM ${requests}
        AND length(row) = {width:UInt32}
        AND NOT arrayExists((x, allowed) -> isInfinite(x) OR (isNaN(x) AND NOT allowed), row, arrayResize(may_miss, {width:UInt32}, true))
    ) AS asked
    INNER JOIN (
      SELECT request_id, argMin(meant, kafka_offset) AS first_label
      FROM (SELECT *, ${MEANT_ALONE} AS alone, ${MEANT} AS meant FROM ${database}.stored_labels)
      WHERE model = {model:String}
        AND event_time >= fromUnixTimestamp64Milli({earliestLabel:Int64}, 'UTC')
        AND request_id IN (SELECT request_id FROM ${requests})
        AND length(meant) = ${targets}
        ${bounded ? isRead : ''}
      GROUP BY request_id
    ) AS truth ON truth.request_id = asked.request_id
    ORDER BY asked.event_time DESC, asked.kafka_partition DESC, asked.kafka_offset DESC
    LIMIT 1 BY asked.request_id
    LIMIT {limit:UInt64}`;
}

/** How many numbers a row has. */
interface RowShape {
  readonly width: number;
  readonly targets: number;
}

/** Turns rows that come newest first into columns in order of time. */
function decode(answer: Buffer, shape: RowShape, rows: number): LabelledRows {
  const { width, targets } = shape;
  const result = emptyRows(shape, rows);
  const reader = createRowBinaryReader(answer);
  for (let row = rows - 1; row >= 0; row--) {
    result.eventTimes[row] = reader.int64();
    if (targets === 1) result.labels[row] = reader.float64();
    else reader.float32ArrayInto(result.labels, row * targets, targets);
    result.weights[row] = reader.float64();
    reader.float32ArrayInto(result.features, row * width, width);
  }
  return result;
}

/**
 * Every row has two numbers of 8 bytes, its label as another or as an array, and its features: an
 * array has its length as a varint, and 4 bytes for each number.
 */
function countRows(answer: Buffer, { width, targets }: RowShape): number {
  return answer.length / (16 + (targets === 1 ? 8 : arrayBytes(targets)) + arrayBytes(width));
}

function arrayBytes(length: number): number {
  return Math.max(1, Math.ceil(Math.log2(length + 1) / 7)) + 4 * length;
}

function emptyRows({ width, targets }: RowShape, rows: number): LabelledRows {
  const allocated = allocateRows(rows, width, targets);
  allocated.weights.fill(0);
  return allocated;
}
