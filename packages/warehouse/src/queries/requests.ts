import type { RequestColumns } from '@driftloop/spec';
import type { SqlClient } from '../sql-client.ts';
import { batches } from './id-batches.ts';

/** A request by its place on Kafka. */
export interface RequestAt {
  readonly requestId: string;
  readonly partition: number;
  readonly offset: number;
}

/** The columns of a request, and its place on Kafka. */
export interface FoundRequest extends RequestAt, RequestColumns {}

/** JSON has no NaN: ClickHouse says null. */
type FoundRow = Omit<FoundRequest, 'features' | 'numbers' | 'vectors'> & {
  readonly features: readonly (number | null)[];
  readonly numbers: Readonly<Record<string, number | null>>;
  readonly vectors: Readonly<Record<string, readonly (number | null)[]>>;
};

/** The columns of these requests, in no order; one that is not kept any more is absent. */
export async function requestsFor(
  client: SqlClient,
  database: string,
  model: string,
  places: readonly RequestAt[],
): Promise<FoundRequest[]> {
  const found = await Promise.all(
    batches(places).map((batch) =>
      client.rows<FoundRow>(
        `SELECT request_id AS requestId, kafka_partition AS partition, kafka_offset AS offset, features, numbers, texts, vectors
         FROM ${database}.stored_requests
         WHERE model = {model:String} AND request_id IN {ids:Array(String)}
           AND (kafka_partition, kafka_offset) IN (SELECT place.1, place.2 FROM (SELECT arrayJoin(arrayZip({partitions:Array(UInt32)}, {offsets:Array(UInt64)})) AS place))
         LIMIT 1 BY partition, offset`,
        {
          model,
          ids: batch.map(({ requestId }) => requestId),
          partitions: batch.map(({ partition }) => partition),
          offsets: batch.map(({ offset }) => offset),
        },
      ),
    ),
  );
  return found.flat().map(({ features, numbers, vectors, ...request }) => ({
    ...request,
    features: floats(features),
    numbers: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, value ?? Number.NaN])),
    vectors: Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [name, floats(vector)])),
  }));
}

function floats(values: readonly (number | null)[]): Float32Array {
  return Float32Array.from(values, (value) => value ?? Number.NaN);
}
