import { DriftloopError } from '@driftloop/errors';
import Type, { type Static, type TObject } from 'typebox';
import Value from 'typebox/value';

/** Settings that every service has. Spread them into a service's own TypeBox object. */
export const commonConfig = {
  KAFKA_BROKERS: Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description: 'Kafka bootstrap servers, host:port, separated by commas.',
  }),
  SCHEMA_REGISTRY_URL: Type.String({ minLength: 1, description: 'Confluent-compatible schema registry.' }),
  CLICKHOUSE_URL: Type.String({ minLength: 1, description: 'ClickHouse HTTP interface.' }),
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

/**
 * Reads settings from environment variables named like the schema's properties.
 *
 * Empty variables count as unset; text is converted to the property's type, lists are split at
 * commas.
 *
 * @returns a frozen object with defaults filled in
 * @throws DriftloopError CONFIG_INVALID naming every variable that is missing or wrong, and what it
 *   is for
 */
export function loadConfig<T extends TObject>(
  schema: T,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Static<T>> {
  const given: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = environment[name]?.trim();
    if (text === undefined || text === '') continue;
    given[name] = Type.IsArray(property) ? text.split(',').map((item) => item.trim()) : text;
  }
  const candidate: unknown = Value.Convert(schema, Value.Default(schema, given));
  if (!Value.Check(schema, candidate)) throw invalidConfig(schema, candidate);
  return Object.freeze(candidate);
}

function invalidConfig(schema: TObject, candidate: unknown): DriftloopError {
  const problems = new Set<string>();
  for (const error of Value.Errors(schema, candidate)) {
    const [, named] = error.instancePath.split('/');
    const names = error.keyword === 'required' && !named ? error.params.requiredProperties : [named ?? ''];
    for (const name of names) {
      const { description } = (schema.properties[name] ?? {}) as { description?: string };
      const value = (candidate as Record<string, unknown>)[name];
      const problem = value === undefined ? 'is not set' : `is '${value}' but ${error.message}`;
      problems.add(`${name} ${problem}${description ? ` (${description})` : ''}`);
    }
  }
  return new DriftloopError('CONFIG_INVALID', `Settings are not valid: ${[...problems].join('; ')}`);
}
