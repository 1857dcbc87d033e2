import type { RequestColumns } from '@driftloop/spec';
import type { SqlClient } from '../sql-client.ts';
import { batches } from './id-batches.ts';

/** The columns of a request, and its place on Kafka. */
export interface FoundRequest extends RequestColumns {
  readonly requestId: string;
  readonly partition: number;
  readonly offset: number;
}

/** JSON has no NaN: ClickHouse says null. */
type FoundRow = Omit<FoundRequest, 'features' | 'numbers' | 'vectors'> & {
  readonly features: readonly (number | null)[];
  readonly numbers: Readonly<Record<string, number | null>>;
  readonly vectors: Readonly<Record<string, readonly (number | null)[]>>;
};

/**
 * The columns of these requests, in no order. Of an id that came several times each request is
 * there; one that is not kept any more is not.
 */
export async function requestsFor(
  client: SqlClient,
  database: string,
  model: string,
  requestIds: readonly string[],
): Promise<FoundRequest[]> {
  const found = await Promise.all(
    batches(requestIds).map((ids) =>
      client.rows<FoundRow>(
        `SELECT request_id AS requestId, kafka_partition AS partition, kafka_offset AS offset, features, numbers, texts, vectors
         FROM ${database}.stored_requests
         WHERE model = {model:String} AND request_id IN {ids:Array(String)}
         LIMIT 1 BY partition, offset`,
        { model, ids },
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
