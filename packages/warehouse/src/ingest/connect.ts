import { checksum, readSqlFiles, type SqlFile, statements } from '../migrations/files.ts';
import { literal } from '../names.ts';
import type { SqlClient } from '../sql-client.ts';
import { isStoredTopic, STORED_TABLES, type StoredTopic } from '../tables.ts';

/** How ClickHouse reaches Kafka and the registry: addresses as seen from the ClickHouse server. */
export interface IngestSettings {
  readonly kafkaBrokers: readonly string[];
  readonly registryUrl: string;
  readonly topicPrefix: string;
}

const INGESTS = new URL('../../ingest/', import.meta.url);

/** Columns that say where a row came from; rows that could not be decoded carry the error and their bytes. */
const POSITION = `_partition AS kafka_partition,
  _offset AS kafka_offset,
  ifNull(_timestamp_ms, now64(3, 'UTC')) AS kafka_timestamp,
  _error AS error,
  _raw_message AS raw`;
const UNDECODED = `if(_error = '', '', concat(toString(_partition), '/', toString(_offset))) AS undecoded`;

/**
 * Topics whose connection is missing or incomplete; with `reconnect` also those whose connection was made with other
 * settings or by another release.
 */
export async function topicsToConnect(
  client: SqlClient,
  database: string,
  settings: IngestSettings,
  reconnect: boolean,
): Promise<StoredTopic[]> {
  const files = await ingestFiles();
  const connections = await client.rows<{ topic: string; fingerprint: string }>(
    `SELECT topic, fingerprint FROM ${database}.connections FINAL`,
  );
  const views = await client.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = {database:String} AND engine = 'MaterializedView'`,
    { database },
  );
  const fingerprints = new Map(connections.map((row) => [row.topic, row.fingerprint]));
  const present = new Set(views.map((row) => row.name));
  const group = await groupPrefix(client, database, settings);
  return [...files.keys()].filter((topic) => {
    const fingerprint = checksum(rendered(files, topic, database, settings, group).join());
    const isOutdated = fingerprints.get(topic) !== fingerprint;
    return (
      (isOutdated && (reconnect || !fingerprints.has(topic))) ||
      !present.has(`ingest_${STORED_TABLES[topic]}`)
    );
  });
}

/**
 * Makes the topic's Kafka queue and the view that empties it into its table, in place of what there was. The consumer
 * group stays the same, so reading goes on where it ended.
 */
export async function connectIngest(
  client: SqlClient,
  database: string,
  settings: IngestSettings,
  topic: StoredTopic,
): Promise<void> {
  const files = await ingestFiles();
  const group = await groupPrefix(client, database, settings);
  const create = rendered(files, topic, database, settings, group);
  const name = STORED_TABLES[topic];
  // Reading starts with the view and ends without it, so the view goes first and comes last.
  await client.command(`DROP VIEW IF EXISTS ${database}.ingest_${name} SYNC`);
  await client.command(`DROP TABLE IF EXISTS ${database}.queue_${name} SYNC`);
  for (const statement of create) await client.command(statement);
  await client.command(
    `INSERT INTO ${database}.connections (topic, fingerprint) SELECT {topic:String}, {fingerprint:String}`,
    { topic, fingerprint: checksum(create.join()) },
  );
}

async function ingestFiles(): Promise<Map<StoredTopic, SqlFile>> {
  const files = new Map<StoredTopic, SqlFile>();
  for (const file of await readSqlFiles(INGESTS)) {
    if (!isStoredTopic(file.name))
      throw new Error(`ingest/${file.name}.sql is not named after a stored topic.`);
    files.set(file.name, file);
  }
  return files;
}

/**
 * Consumer groups carry the database's id: a database that is dropped and made again reads its topics from the start, and
 * two databases never share a group.
 */
async function groupPrefix(client: SqlClient, database: string, settings: IngestSettings): Promise<string> {
  const [row] = await client.rows<{ id: string }>(
    'SELECT substring(toString(uuid), 1, 8) AS id FROM system.databases WHERE name = {database:String}',
    { database },
  );
  return `${settings.topicPrefix}warehouse.${database}.${row?.id ?? ''}`;
}

function rendered(
  files: Map<StoredTopic, SqlFile>,
  topic: StoredTopic,
  database: string,
  settings: IngestSettings,
  group: string,
): string[] {
  const kafka = [
    `kafka_broker_list = ${literal(settings.kafkaBrokers.join(','))}`,
    `kafka_topic_list = ${literal(`${settings.topicPrefix}${topic}`)}`,
    `kafka_group_name = ${literal(`${group}.${topic}`)}`,
    `kafka_format = 'AvroConfluent'`,
    `format_avro_schema_registry_url = ${literal(settings.registryUrl)}`,
    // Fields that a newer schema has added are absent from older messages.
    'input_format_avro_allow_missing_fields = 1',
    // A message that cannot be decoded becomes a row with its bytes and the reason.
    `kafka_handle_error_mode = 'stream'`,
    'kafka_num_consumers = 1',
    'kafka_poll_timeout_ms = 100',
    'kafka_flush_interval_ms = 400',
  ].join(', ');
  const text = files.get(topic)?.text ?? '';
  return statements(text, { database, kafka, position: POSITION, undecoded: UNDECODED });
}
