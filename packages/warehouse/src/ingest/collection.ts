import { scryptSync } from 'node:crypto';
import type { HttpSecurity, KafkaSecurity } from '@driftloop/service';
import { literal } from '../names.ts';
import type { SqlClient } from '../sql-client.ts';
import type { IngestSettings } from './ingest-settings.ts';

/**
 * A named collection holds what ClickHouse reads Kafka and the registry with. ClickHouse shows a
 * collection's values nowhere: not in a table's definition, its query log or its system tables.
 */
export interface Collection {
  readonly name: string;
  /** Makes it if it is not there; absent where an administrator of ClickHouse has made it. */
  readonly statement?: string;
}

/** Work to try one password against what is left of the credentials in a collection's name. */
const SCRYPT_COST = 2 ** 14;

/**
 * The collection for these settings; undefined where nothing in them is a secret and addresses
 * alone do. Its name changes with what it holds, so other credentials make new connections.
 *
 * @param id of the database, which salts what stands in the name
 */
export function collectionOf(database: string, id: string, settings: IngestSettings): Collection | undefined {
  const { kafkaSecurity = {}, registrySecurity = {}, collection } = settings;
  if (collection !== undefined) return { name: collection };
  const values = new Map([
    ...librdkafka(kafkaSecurity),
    ...registryValues(settings.registryUrl, registrySecurity),
  ]);
  if (values.size === 0) return undefined;
  values.set('kafka_broker_list', settings.kafkaBrokers.join(','));
  if (!values.has(REGISTRY_URL)) values.set(REGISTRY_URL, settings.registryUrl);
  const assignments = [...values].map(([name, value]) => `${name} = ${literal(value)}`).join(', ');
  const digest = scryptSync(assignments, `${database} ${id}`, 8, { N: SCRYPT_COST });
  const name = `${collectionPrefix(database)}${digest.toString('hex')}`;
  return { name, statement: `CREATE NAMED COLLECTION IF NOT EXISTS ${name} AS ${assignments}` };
}

/** Removes collections that a database has had, but for the one in use. */
export async function dropCollections(client: SqlClient, database: string, keep?: string): Promise<void> {
  const found = await client.rows<{ name: string }>(
    'SELECT name FROM system.named_collections WHERE startsWith(name, {prefix:String})',
    { prefix: collectionPrefix(database) },
  );
  const isOurs = new RegExp(`^${collectionPrefix(database)}[0-9a-f]{16}$`);
  for (const { name } of found)
    if (name !== keep && isOurs.test(name)) await client.command(`DROP NAMED COLLECTION IF EXISTS ${name}`);
}

const REGISTRY_URL = 'format_avro_schema_registry_url';

function collectionPrefix(database: string): string {
  return `kafka_of_${database}_`;
}

/** Settings of librdkafka, which ClickHouse takes from a collection behind `kafka.`. */
function librdkafka({ tls, sasl }: KafkaSecurity): [name: string, value: string][] {
  if (tls === undefined && sasl === undefined) return [];
  const values: [string, string | undefined][] = [
    ['security_protocol', `${sasl ? 'sasl_' : ''}${tls ? 'ssl' : 'plaintext'}`],
    ['ssl_ca_pem', tls?.ca],
    ['ssl_certificate_pem', tls?.cert],
    ['ssl_key_pem', tls?.key],
    ['ssl_key_password', tls?.passphrase],
    ['sasl_mechanism', sasl?.mechanism],
  ];
  if (sasl !== undefined && sasl.mechanism !== 'OAUTHBEARER') {
    values.push(['sasl_username', sasl.username], ['sasl_password', sasl.password]);
  }
  return values.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[`kafka.${name}`, value]],
  );
}

/** ClickHouse knows user and password of a registry from its URL alone. */
function registryValues(url: string, { username, password = '' }: HttpSecurity): [string, string][] {
  if (!URL.canParse(url)) return [];
  const full = new URL(url);
  if (username !== undefined) {
    full.username = encodeURIComponent(username);
    full.password = encodeURIComponent(password);
  }
  return full.username === '' && full.password === '' ? [] : [[REGISTRY_URL, full.href]];
}
