import Type, { type Static } from 'typebox';

/**
 * A text that may also come from a file named by the variable with `_FILE` behind it, as Docker and
 * Kubernetes give secrets. `loadConfig` reads the file; a value that is `secret` is never shown.
 */
function fromFile(description: string, secret: boolean) {
  return Type.Optional(Type.String({ minLength: 1, description, file: true, secret }));
}

function text(description: string) {
  return Type.Optional(Type.String({ minLength: 1, description }));
}

function oneOf<T extends string[]>(values: readonly [...T], description: string) {
  return Type.Optional(Type.Enum(values, { description }));
}

const CA = 'as PEM; without it those that Node trusts.';
const CERTIFICATE = "This client's certificate with its chain, as PEM, where it is asked for one (mTLS).";
const KEY = "The certificate's private key, as PEM.";

/** TLS and credentials of Kafka, of its clients. */
const kafka = {
  KAFKA_SECURITY_PROTOCOL: oneOf(
    ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    'PLAINTEXT (if not set), SSL, SASL_PLAINTEXT or SASL_SSL, as the listener of KAFKA_BROKERS speaks.',
  ),
  KAFKA_SASL_MECHANISM: oneOf(
    ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'],
    'PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.',
  ),
  KAFKA_SASL_USERNAME: text('User for PLAIN and SCRAM.'),
  KAFKA_SASL_PASSWORD: fromFile('Its password.', true),
  KAFKA_OAUTH_TOKEN_FILE: text(
    'File with the token for OAUTHBEARER, read anew for every connection: something else renews it.',
  ),
  KAFKA_OAUTH_TOKEN_URL: text(
    'Or where tokens for OAUTHBEARER are fetched (OAuth 2 client credentials), before they expire.',
  ),
  KAFKA_OAUTH_CLIENT_ID: text('Client at the token URL.'),
  KAFKA_OAUTH_CLIENT_SECRET: fromFile('Its secret.', true),
  KAFKA_OAUTH_SCOPE: text('Scope to ask for at the token URL.'),
  KAFKA_TLS_CA: fromFile(`CAs that the brokers' certificates are trusted by, ${CA}`, false),
  KAFKA_TLS_CERTIFICATE: fromFile(CERTIFICATE, false),
  KAFKA_TLS_KEY: fromFile(KEY, true),
  KAFKA_TLS_KEY_PASSWORD: fromFile('What the key is encrypted with, if it is.', true),
};

/** TLS and credentials of the schema registry. */
const registry = {
  SCHEMA_REGISTRY_USERNAME: text('User of the registry (HTTP basic).'),
  SCHEMA_REGISTRY_PASSWORD: fromFile('Its password.', true),
  SCHEMA_REGISTRY_TOKEN: fromFile(
    'Or a bearer token. ClickHouse cannot send one: it needs CLICKHOUSE_KAFKA_COLLECTION then.',
    true,
  ),
  SCHEMA_REGISTRY_TLS_CA: fromFile(`CAs that the registry's certificate is trusted by, ${CA}`, false),
  SCHEMA_REGISTRY_TLS_CERTIFICATE: fromFile(CERTIFICATE, false),
  SCHEMA_REGISTRY_TLS_KEY: fromFile(KEY, true),
};

/** Credentials and TLS of an S3 artifact store. */
const store = {
  AWS_ACCESS_KEY_ID: fromFile(
    "Access key of an S3 artifact store; without it the AWS SDK's own places are looked at (profile, role).",
    false,
  ),
  AWS_SECRET_ACCESS_KEY: fromFile('Its secret.', true),
  AWS_SESSION_TOKEN: fromFile('Its session token, where it is temporary.', true),
  S3_TLS_CA: fromFile(`CAs that the store's certificate is trusted by, ${CA}`, false),
  S3_TLS_CERTIFICATE: fromFile(CERTIFICATE, false),
  S3_TLS_KEY: fromFile(KEY, true),
};

/** TLS and credentials of ClickHouse, and what it reads Kafka with. */
export const warehouseSecurity = {
  CLICKHOUSE_USERNAME: text('User of ClickHouse.'),
  CLICKHOUSE_PASSWORD: fromFile('Its password.', true),
  CLICKHOUSE_TLS_CA: fromFile(`CAs that ClickHouse's certificate is trusted by, ${CA}`, false),
  CLICKHOUSE_TLS_CERTIFICATE: fromFile(CERTIFICATE, false),
  CLICKHOUSE_TLS_KEY: fromFile(KEY, true),
  CLICKHOUSE_KAFKA_BROKERS: text(
    'Brokers as the ClickHouse server reaches them, separated by commas, where KAFKA_BROKERS are not.',
  ),
  CLICKHOUSE_KAFKA_SECURITY_PROTOCOL: oneOf(
    ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    'How it speaks to them, where not as KAFKA_SECURITY_PROTOCOL says.',
  ),
  CLICKHOUSE_KAFKA_SASL_MECHANISM: oneOf(
    ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
    'Its mechanism, where it is another one; it cannot fetch tokens for OAUTHBEARER.',
  ),
  CLICKHOUSE_KAFKA_SASL_USERNAME: text('Its user of Kafka, where it is another one.'),
  CLICKHOUSE_KAFKA_SASL_PASSWORD: fromFile("That user's password.", true),
  CLICKHOUSE_KAFKA_COLLECTION: text(
    'Named collection that an administrator of ClickHouse has made, by which it reads Kafka and the registry; without it one is made of the settings above.',
  ),
};

/** All that is known of security without ClickHouse. */
export const topicSecurity = { ...kafka, ...registry, ...store };

/** Every setting of TLS and credentials, for all parts. */
export const securityConfig = { ...topicSecurity, ...warehouseSecurity };

const SCHEMA = Type.Object(securityConfig);

/** TLS and credentials as they come from the environment; nothing set is plaintext. */
export type SecuritySettings = Static<typeof SCHEMA>;

/** The name of a setting of TLS or credentials. */
export type SecuritySetting = keyof SecuritySettings;
