import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import Type from 'typebox';
import { commonConfig, loadConfig, securityOf } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'driftloop-security-'));
after(() => rmSync(folder, { recursive: true }));

const schema = Type.Object(commonConfig);
const required = {
  KAFKA_BROKERS: 'a:1',
  SCHEMA_REGISTRY_URL: 'https://registry:8081',
  CLICKHOUSE_URL: 'https://clickhouse:8443',
  ARTIFACTS_URL: 'file:///tmp/artifacts',
};
const SASL = {
  KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
  KAFKA_SASL_MECHANISM: 'PLAIN',
  KAFKA_SASL_USERNAME: 'ann',
};

function problemOf(settings: Readonly<Record<string, string>>): string {
  let message = '';
  assert.throws(
    () => loadConfig(schema, { ...required, ...settings }),
    (error: unknown) => {
      assert(error instanceof DriftloopError);
      assert.equal(error.code, 'CONFIG_INVALID');
      message = error.message;
      return true;
    },
  );
  return message;
}

test('nothing set is plaintext without credentials', () => {
  assert.deepEqual(securityOf(loadConfig(schema, required)), {
    kafka: {},
    ingest: { kafka: {} },
    registry: {},
    warehouse: {},
    store: {},
  });
});

test('a secret comes from its variable or from a file, without the line break behind it', () => {
  const path = join(folder, 'password');
  writeFileSync(path, 'hush-hush\n');
  const given = loadConfig(schema, { ...required, ...SASL, KAFKA_SASL_PASSWORD_FILE: path });
  const direct = loadConfig(schema, { ...required, ...SASL, KAFKA_SASL_PASSWORD: 'hush-hush' });
  assert.deepEqual(given, direct);
  assert.deepEqual(securityOf(given).kafka, {
    tls: {},
    sasl: { mechanism: 'PLAIN', username: 'ann', password: 'hush-hush' },
  });
});

test('a file that is not there, is empty, or stands beside the variable is named', () => {
  const missing = join(folder, 'none');
  const empty = join(folder, 'empty');
  writeFileSync(empty, '\n');
  assert.match(
    problemOf({ ...SASL, KAFKA_SASL_PASSWORD_FILE: missing }),
    /KAFKA_SASL_PASSWORD_FILE is '.*none'.*ENOENT/,
  );
  assert.match(problemOf({ ...SASL, KAFKA_SASL_PASSWORD_FILE: empty }), /KAFKA_SASL_PASSWORD_FILE.*is empty/);
  const both = problemOf({ ...SASL, KAFKA_SASL_PASSWORD_FILE: empty, KAFKA_SASL_PASSWORD: 'a-password' });
  assert.match(both, /KAFKA_SASL_PASSWORD and KAFKA_SASL_PASSWORD_FILE are both set/);
});

const REFUSED: readonly (readonly [
  name: string,
  settings: Readonly<Record<string, string>>,
  says: RegExp,
])[] = [
  ['a mechanism is missing', { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL' }, /KAFKA_SASL_MECHANISM is not set/],
  ['a password is missing', SASL, /KAFKA_SASL_PASSWORD is not set.*KAFKA_SASL_PASSWORD_FILE/],
  ['a protocol is none', { KAFKA_SECURITY_PROTOCOL: 'TLS' }, /KAFKA_SECURITY_PROTOCOL is 'TLS'.*SASL_SSL/],
  [
    'a password would not be used',
    { KAFKA_SASL_USERNAME: 'ann' },
    /KAFKA_SASL_USERNAME is set, but KAFKA_SECURITY_PROTOCOL is not set, which is PLAINTEXT/,
  ],
  [
    'a CA would not be used',
    { KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_TLS_CA: 'x' },
    /KAFKA_TLS_CA is set, but KAFKA_SECURITY_PROTOCOL is SASL_PLAINTEXT: set it to SASL_SSL/,
  ],
  [
    'a token has no source',
    { KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'OAUTHBEARER', KAFKA_OAUTH_CLIENT_ID: 'c' },
    /OAUTHBEARER.*KAFKA_OAUTH_TOKEN_FILE.*KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_SECRET/,
  ],
  [
    'a CA is for an address in the clear',
    { SCHEMA_REGISTRY_URL: 'http://registry:8081', SCHEMA_REGISTRY_TLS_CA: 'x' },
    /SCHEMA_REGISTRY_URL begins with http:/,
  ],
  [
    'two ways to say who one is',
    { SCHEMA_REGISTRY_TOKEN: 'token-1', SCHEMA_REGISTRY_USERNAME: 'a' },
    /both set/,
  ],
  [
    'a user stands in the address, too',
    { CLICKHOUSE_URL: 'https://ann:x@clickhouse:8443', CLICKHOUSE_USERNAME: 'ann' },
    /CLICKHOUSE_URL holds a user, and CLICKHOUSE_USERNAME is set/,
  ],
  ['a certificate has no key', { CLICKHOUSE_TLS_CERTIFICATE: 'x' }, /CLICKHOUSE_TLS_KEY: set both/],
  [
    'a CA is none',
    { CLICKHOUSE_TLS_CA: 'x' },
    /CLICKHOUSE_TLS_CA holds no certificate.*CLICKHOUSE_TLS_CA_FILE/,
  ],
  ['a key of S3 is missing', { AWS_ACCESS_KEY_ID: 'AKIA' }, /AWS_SECRET_ACCESS_KEY: set both/],
];
for (const [name, settings, says] of REFUSED) {
  test(`settings are refused where ${name}`, () => assert.match(problemOf(settings), says));
}

test('ClickHouse may speak to Kafka in another way than services do', () => {
  const password = { ...SASL, KAFKA_SASL_PASSWORD: 'hush-hush' };
  const as = (settings: Readonly<Record<string, string>>) =>
    securityOf(loadConfig(schema, { ...required, ...password, ...settings })).ingest;
  const plain = { mechanism: 'PLAIN', username: 'ann', password: 'hush-hush' };
  assert.deepEqual(as({}), { kafka: { tls: {}, sasl: plain } });
  assert.deepEqual(
    as({ CLICKHOUSE_KAFKA_BROKERS: 'x:1, y:2', CLICKHOUSE_KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT' }),
    { brokers: ['x:1', 'y:2'], kafka: { sasl: plain } },
  );
  assert.deepEqual(
    as({ CLICKHOUSE_KAFKA_SASL_USERNAME: 'ch', CLICKHOUSE_KAFKA_SASL_PASSWORD: 'of-its-own' }).kafka.sasl,
    { ...plain, username: 'ch', password: 'of-its-own' },
  );
  assert.deepEqual(as({ CLICKHOUSE_KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT' }), { kafka: {} });
  const oauth = {
    KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
    KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
    KAFKA_OAUTH_TOKEN_FILE: '/token',
  };
  assert.match(
    problemOf({ ...oauth, CLICKHOUSE_KAFKA_SASL_MECHANISM: 'PLAIN' }),
    /for ClickHouse as a client of Kafka, KAFKA_SASL_USERNAME is not set/,
  );
});

test('no secret stands in an error', () => {
  const secret = 'a-secret-value';
  const message = problemOf({
    KAFKA_SASL_PASSWORD: secret,
    KAFKA_TLS_KEY: secret,
    KAFKA_TLS_CERTIFICATE: 'x',
    SCHEMA_REGISTRY_PASSWORD: secret,
    CLICKHOUSE_TLS_KEY: secret,
  });
  assert.doesNotMatch(message, new RegExp(secret));
  const later = new DriftloopError('KAFKA_UNAVAILABLE', `a library says: "${secret}" is wrong`);
  assert.equal(later.message, 'a library says: "***" is wrong');
});
