import { DriftloopError } from '@driftloop/errors';
import Type, { type Static, type TObject } from 'typebox';
import Value from 'typebox/value';
import { readSetting } from './security/secret-files.ts';
import { type Security, securityOf } from './security/security.ts';
import { securityConfig, topicSecurity, warehouseSecurity } from './security/settings.ts';

const warehouse = {
  CLICKHOUSE_URL: Type.String({ minLength: 1, description: 'ClickHouse HTTP interface.' }),
  ...warehouseSecurity,
};

/** Where Kafka, registry and artifacts are, and how they are spoken to. */
const topics = {
  KAFKA_BROKERS: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description: 'Kafka bootstrap servers, host:port, separated by commas.',
  }),
  SCHEMA_REGISTRY_URL: Type.String({ minLength: 1, description: 'Confluent-compatible schema registry.' }),
  ARTIFACTS_URL: Type.String({
    minLength: 1,
    description: 'Artifact store: file:///folder or s3://bucket/prefix.',
  }),
  TOPIC_PREFIX: Type.String({
    default: '',
    pattern: '^[A-Za-z0-9._-]*$',
    description: 'Put before every topic, group and database name; isolates tenants and replays.',
  }),
  INPUT_PARTITIONS: Type.Integer({
    default: 4,
    minimum: 1,
    maximum: 1024,
    description: 'Partitions of topics that are created; existing topics keep theirs.',
  }),
  ...topicSecurity,
};

/** Settings of every service that needs no ClickHouse. Spread them into its own TypeBox object. */
export const topicConfig = {
  ...topics,
  LOG_LEVEL: Type.Union(
    [
      Type.Literal('trace'),
      Type.Literal('debug'),
      Type.Literal('info'),
      Type.Literal('warn'),
      Type.Literal('error'),
      Type.Literal('silent'),
    ],
    { default: 'info', description: 'Least severe level that is logged.' },
  ),
  HTTP_HOST: Type.String({ default: '127.0.0.1', description: 'Address of health and metrics.' }),
  HTTP_PORT: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 65535,
    description: 'Port of health and metrics; 0 takes a free one.',
  }),
  STOP_TIMEOUT_MS: Type.Integer({
    default: 20_000,
    minimum: 100,
    description: 'A stop that takes longer ends the process with code 1.',
  }),
};

/** Settings that every other service has. Spread them into its own TypeBox object. */
export const commonConfig = { ...topicConfig, ...warehouse };

/** The settings of connections alone, for what is no service. */
export const connectionConfig = Type.Object({ ...topics, ...warehouse });

/**
 * Reads settings from environment variables named like the schema's properties.
 *
 * Empty variables count as unset; text is converted to the property's type, lists are split at
 * commas. Where a property may come from a file, `<NAME>_FILE` is its path. Secrets among them are
 * kept out of every message and log of this process from now on.
 *
 * @returns a frozen object with defaults filled in
 * @throws DriftloopError CONFIG_INVALID naming every variable that is missing or wrong, and what it
 *   is for; also where settings of TLS and credentials do not fit each other
 */
export function loadConfig<T extends TObject>(
  schema: T,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Static<T>> {
  const given: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = readSetting(name, property, environment);
    if (text === undefined) continue;
    given[name] = Type.IsArray(property) ? text.split(',').map((item) => item.trim()) : text;
  }
  const candidate: unknown = Value.Convert(schema, Value.Default(schema, given));
  if (!Value.Check(schema, candidate)) throw invalidConfig(schema, candidate);
  securityOf(candidate);
  return Object.freeze(candidate);
}

interface Described {
  readonly description?: string;
  readonly secret?: boolean;
}

/**
 * TLS and credentials alone, from the environment.
 *
 * @throws DriftloopError CONFIG_INVALID as `loadConfig`
 */
export function readSecurity(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Security {
  return securityOf(loadConfig(SECURITY, environment));
}

const SECURITY = Type.Object(securityConfig);

function invalidConfig(schema: TObject, candidate: unknown): DriftloopError {
  const problems = new Set<string>();
  for (const error of Value.Errors(schema, candidate)) {
    const [, named] = error.instancePath.split('/');
    const names = error.keyword === 'required' && !named ? error.params.requiredProperties : [named ?? ''];
    for (const name of names) {
      const { description, secret } = (schema.properties[name] ?? {}) as Described;
      const value = (candidate as Record<string, unknown>)[name];
      const given = secret ? '' : ` '${value}' but`;
      const problem = value === undefined ? 'is not set' : `is${given} ${error.message}`;
      problems.add(`${name} ${problem}${description ? ` (${description})` : ''}`);
    }
  }
  return new DriftloopError('CONFIG_INVALID', `Settings are not valid: ${[...problems].join('; ')}`);
}
