import { isRetriable } from '@driftloop/errors';
import type { SqlClient } from '../sql-client.ts';
import { STORED_TABLES, type StoredTopic } from '../tables.ts';
import { avroFile } from './avro-file.ts';
import { type IngestDefinition, readDefinitions } from './definitions.ts';
import type { IngestSettings } from './ingest-settings.ts';
import { type SchemaTexts, schemaTexts } from './schema-texts.ts';

/** A message that could not be decoded when it was read. */
interface Undecoded {
  readonly topic: StoredTopic;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  /** Its bytes, hex. */
  readonly bytes: string;
}

/** Messages and schema ids that one call looks at: bounds what garbage on a topic can cost. */
const MAX_MESSAGES = 2_000;
const MAX_SCHEMAS = 20;

/**
 * Decodes messages that ClickHouse could not decode when it read them, because the registry was
 * away or did not know their schema yet. They become the rows they would have been; those that
 * still cannot be decoded stay as they are. ClickHouse caches schemas, so this takes a restart of
 * ClickHouse while the registry is down.
 *
 * @returns how many messages were decoded, by topic; topics without any are absent
 */
export async function repair(
  client: SqlClient,
  database: string,
  settings: IngestSettings,
): Promise<Partial<Record<StoredTopic, number>>> {
  const messages = await undecoded(client, database);
  if (messages.length === 0) return {};
  const definitions = await readDefinitions();
  const schemas = schemaTexts(settings.registryUrl, settings.registrySecurity);
  const repaired: Partial<Record<StoredTopic, number>> = {};
  for (const [topic, group] of Map.groupBy(messages, (message) => message.topic)) {
    const definition = definitions.get(topic);
    if (definition === undefined) continue;
    const decoded: Undecoded[] = [];
    for (const batch of bySchema(group)) {
      for (const message of batch) {
        // The messages of a schema share its fate, or the fault is their own.
        if (!(await decode(client, database, schemas, definition, message))) break;
        decoded.push(message);
      }
    }
    if (decoded.length === 0) continue;
    await forget(client, database, topic, decoded);
    repaired[topic] = decoded.length;
  }
  return repaired;
}

/** Messages in Confluent's format whose schema could not be fetched. */
function undecoded(client: SqlClient, database: string): Promise<Undecoded[]> {
  return client.rows<Undecoded>(
    `SELECT topic, kafka_partition AS partition, kafka_offset AS offset, toUnixTimestamp64Milli(kafka_timestamp) AS timestamp,
       hex(raw) AS bytes
     FROM ${database}.malformed
     WHERE length(raw) > 5 AND startsWith(raw, '\\0') AND position(error, 'schema') > 0
     ORDER BY topic, partition, offset LIMIT {limit:UInt32}`,
    { limit: MAX_MESSAGES },
  );
}

function bySchema(messages: readonly Undecoded[]): Undecoded[][] {
  const groups = Map.groupBy(messages, ({ bytes }) => bytes.slice(2, 10));
  return [...groups.values()].slice(0, MAX_SCHEMAS);
}

/** Schema's id in Confluent's format, behind a zero byte; then the record. */
const ID_AT = 1;
const RECORD_AT = 5;

async function decode(
  client: SqlClient,
  database: string,
  schemas: SchemaTexts,
  definition: IngestDefinition,
  { topic, partition, offset, timestamp, bytes }: Undecoded,
): Promise<boolean> {
  const message = Buffer.from(bytes, 'hex');
  // Asked for here and not by ClickHouse, whose query log would show the registry's password.
  const schema = await schemas(message.readUInt32BE(ID_AT));
  if (schema === undefined) return false;
  const file = avroFile(schema, message.subarray(RECORD_AT)).toString('hex');
  // Hex digits, in the text: parameters of an INSERT travel in the URL, which ends at 1 MB, and a
  // message may be larger as hex.
  const source = `(
    SELECT *, {partition:UInt32} AS _partition, {offset:UInt64} AS _offset,
      toNullable(fromUnixTimestamp64Milli({timestamp:Int64}, 'UTC')) AS _timestamp_ms, '' AS _error, '' AS _raw_message
    FROM format('Avro', {fields:String}, unhex('${file}'))
  )`;
  try {
    await client.command(
      `INSERT INTO ${database}.stored_${STORED_TABLES[topic]} ${definition.select(source)}`,
      { partition, offset, timestamp, fields: definition.fields },
      { max_query_size: String(2 * file.length + 65_536), input_format_avro_allow_missing_fields: 1 },
    );
    return true;
  } catch (error) {
    if (isRetriable(error)) throw error;
    return false;
  }
}

/** Removes the rows that held the messages' bytes. */
async function forget(
  client: SqlClient,
  database: string,
  topic: StoredTopic,
  messages: readonly Undecoded[],
): Promise<void> {
  const offset = topic === 'inference.predictions' ? 'arrayMin(kafka_offsets)' : 'kafka_offset';
  await client.command(
    `ALTER TABLE ${database}.stored_${STORED_TABLES[topic]} DELETE
     WHERE error != '' AND has(arrayZip({partitions:Array(UInt32)}, {offsets:Array(UInt64)}), (kafka_partition, ${offset}))`,
    {
      partitions: messages.map((message) => message.partition),
      offsets: messages.map((message) => message.offset),
    },
  );
}
