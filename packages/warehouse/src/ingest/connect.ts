import { literal } from '../names.ts';
import type { SqlClient } from '../sql-client.ts';
import { checksum } from '../sql-files.ts';
import { STORED_TABLES, type StoredTopic } from '../tables.ts';
import { type Collection, collectionOf, dropCollections } from './collection.ts';
import { readDefinitions } from './definitions.ts';
import type { IngestSettings } from './ingest-settings.ts';

/** What connects a topic to its table. */
export interface Connection {
  readonly topic: StoredTopic;
  /** Names settings and release: two equal ones make the same connection. */
  readonly fingerprint: string;
  /** Drops and creates the Kafka queue and the view that empties it. */
  readonly statements: readonly string[];
}

/**
 * Connections that are missing or incomplete; with `reconnect` also those that were made with other
 * settings or by another release.
 */
export async function connectionsToMake(
  client: SqlClient,
  database: string,
  settings: IngestSettings,
  reconnect: boolean,
): Promise<Connection[]> {
  const [made, views, connections] = await Promise.all([
    client.rows<{ topic: string; fingerprint: string }>(
      `SELECT topic, fingerprint FROM ${database}.connections FINAL`,
    ),
    client.rows<{ name: string }>(
      `SELECT name FROM system.tables WHERE database = {database:String} AND engine = 'MaterializedView'`,
      { database },
    ),
    allConnections(client, database, settings),
  ]);
  const fingerprints = new Map(made.map((row) => [row.topic, row.fingerprint]));
  const present = new Set(views.map((row) => row.name));
  return connections.filter(({ topic, fingerprint }) => {
    if (!fingerprints.has(topic) || !present.has(`ingest_${STORED_TABLES[topic]}`)) return true;
    return reconnect && fingerprints.get(topic) !== fingerprint;
  });
}

/**
 * Makes a connection in place of what there was. The consumer group stays the same, so reading goes
 * on where it ended.
 */
export async function makeConnection(
  client: SqlClient,
  database: string,
  { topic, fingerprint, statements }: Connection,
): Promise<void> {
  for (const statement of statements) await client.command(statement);
  await client.command(
    `INSERT INTO ${database}.connections (topic, fingerprint) SELECT {topic:String}, {fingerprint:String}`,
    { topic, fingerprint },
  );
}

async function allConnections(
  client: SqlClient,
  database: string,
  settings: IngestSettings,
): Promise<Connection[]> {
  const id = await databaseId(client, database);
  const group = `${settings.topicPrefix}warehouse.${database}.${id}`;
  const collection = collectionOf(database, id, settings);
  const definitions = await readDefinitions();
  return [...definitions].map(([topic, { fields, select }]) => {
    const name = STORED_TABLES[topic];
    const [queue, view] = [`${database}.queue_${name}`, `${database}.ingest_${name}`];
    const engine = `Kafka${collection === undefined ? '' : `(${collection.name})`}`;
    const statements = [
      ...(collection?.statement === undefined ? [] : [collection.statement]),
      // Reading starts with the view and ends without it, so the view goes first and comes last.
      `DROP VIEW IF EXISTS ${view} SYNC`,
      `DROP TABLE IF EXISTS ${queue} SYNC`,
      `CREATE TABLE ${queue} (${fields}) ENGINE = ${engine} SETTINGS ${kafkaSettings(topic, settings, group, collection)}`,
      `CREATE MATERIALIZED VIEW ${view} TO ${database}.stored_${name} AS ${select(queue)}`,
    ];
    // The collection's name stands for what it holds, which is not to be found out by guessing.
    const shown = statements.filter((statement) => statement !== collection?.statement);
    return { topic, fingerprint: checksum(shown.join(';')), statements };
  });
}

/** Training waits for these rows; people wait for the others, and fewer blocks cost less. */
const AWAITED: ReadonlySet<StoredTopic> = new Set(['inference.requests', 'inference.labels']);

function kafkaSettings(
  topic: StoredTopic,
  settings: IngestSettings,
  group: string,
  collection: Collection | undefined,
): string {
  const addresses = [
    `kafka_broker_list = ${literal(settings.kafkaBrokers.join(','))}`,
    `format_avro_schema_registry_url = ${literal(settings.registryUrl)}`,
  ];
  return [
    ...(collection === undefined ? addresses : []),
    `kafka_topic_list = ${literal(`${settings.topicPrefix}${topic}`)}`,
    `kafka_group_name = ${literal(`${group}.${topic}`)}`,
    `kafka_format = 'AvroConfluent'`,
    // Fields that a newer schema has added are absent from older messages.
    'input_format_avro_allow_missing_fields = 1',
    // A message that cannot be decoded becomes a row with its bytes and the reason.
    `kafka_handle_error_mode = 'stream'`,
    'kafka_num_consumers = 1',
    // A message waits at most so long for others to make a block with, and half a second more when
    // the topic was silent.
    `kafka_flush_interval_ms = ${AWAITED.has(topic) ? 400 : 1500}`,
    'kafka_poll_timeout_ms = 100',
  ].join(', ');
}

/** Removes the collections of earlier credentials, which no connection uses any more. */
export async function forgetCredentials(
  client: SqlClient,
  database: string,
  settings: IngestSettings,
): Promise<void> {
  const collection = collectionOf(database, await databaseId(client, database), settings);
  await dropCollections(client, database, collection?.name);
}

/**
 * Consumer groups carry the database's id: a database that is dropped and made again reads its
 * topics from the start, and two databases never share a group.
 */
async function databaseId(client: SqlClient, database: string): Promise<string> {
  const [row] = await client.rows<{ id: string }>(
    'SELECT substring(toString(uuid), 1, 8) AS id FROM system.databases WHERE name = {database:String}',
    { database },
  );
  return row?.id ?? '';
}
