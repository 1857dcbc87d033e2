import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer } from 'node:tls';
import { connectionConfigOf, type ServiceName } from '@driftloop/cli';
import { openConnections } from '@driftloop/connections';
import { type LocalStack, readSecureFolder, type SecureFolder, startLocal } from '@driftloop/local';
import { createAuthority } from '@driftloop/local/certificates';
import { runScenario } from '@driftloop/scenario';
import { createLogger } from '@driftloop/service';
import { elecScenario } from './fixtures/elec.ts';
import { startRefusedService } from './fixtures/refused-service.ts';
import { startTokenServer, type TokenServer } from './fixtures/token-server.ts';

// The parts that the test runner names must not replace those with TLS.
for (const name of ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL']) delete process.env[name];

const PREFIX = 's.';
const ROWS = 1_000;
const folder = mkdtempSync(join(tmpdir(), 'driftloop-secure-'));
const dataDir = join(folder, 'parts');
const logger = createLogger({ name: 'secure-test', level: 'silent' });

let stack: LocalStack;
let files: SecureFolder;
let tokens: TokenServer;
let environment: Record<string, string>;

before(async () => {
  tokens = await startTokenServer();
  stack = await startLocal({
    dataDir,
    secure: { kafkaUsers: ['visitor'], oauth: { jwks: tokens.jwks, audience: tokens.audience } },
  });
  files = readSecureFolder(dataDir) as SecureFolder;
  environment = {
    ...stack.env,
    ARTIFACTS_URL: `file://${join(folder, 'artifacts')}`,
    TOPIC_PREFIX: PREFIX,
  };
});

after(async () => {
  await stack?.stop();
  await tokens?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the whole loop runs over TLS with passwords: every request is answered, joined and stored', async () => {
  const scenario = await elecScenario({
    dataDir: join(folder, 'run'),
    stack: { env: stack.env, topicPrefix: PREFIX, release: async () => {} },
    streamedRows: ROWS,
    rate: 1_000,
  });
  await runScenario(scenario, {
    async onReport(report, { warehouse }) {
      assert.equal(report.predictions, ROWS);
      assert.equal(report.lost, 0);
      assert.equal(report.deadLettered, 0);
      assert.equal(report.accuracy.labelled, ROWS);
      assert.equal((await warehouse.summary('elec')).predictions, ROWS);

      const tables = await warehouse.query<{ create: string }>(
        `SELECT create_table_query AS create FROM system.tables WHERE database = {database:String} AND engine = 'Kafka'`,
        { database: warehouse.database },
      );
      assert(tables.length > 5);
      for (const { create } of tables)
        assert.match(create, /ENGINE = Kafka\(kafka_of_driftloop_s_[0-9a-f]{16}\)/);
      const collections = await warehouse.query<{ collection: string }>(
        'SELECT toString(collection) AS collection FROM system.named_collections',
      );
      assert.equal(collections.length, 1, 'those of other credentials are removed');
      assertNoSecret(JSON.stringify([tables, collections]), 'system tables');
    },
  });
  for (const log of globSync([`${folder}/run/logs/*`, `${dataDir}/logs/*`]))
    assertNoSecret(readFileSync(log, 'utf8'), log);
});

const WAYS: Readonly<Record<string, () => Record<string, string>>> = {
  PLAIN: () => ({ KAFKA_SASL_MECHANISM: 'PLAIN' }),
  'SCRAM-SHA-256': () => ({ KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256' }),
  OAUTHBEARER: () => ({
    KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
    KAFKA_OAUTH_TOKEN_URL: tokens.url,
    KAFKA_OAUTH_CLIENT_ID: 'driftloop',
    KAFKA_OAUTH_CLIENT_SECRET: tokens.clientSecret,
  }),
  'a client certificate': () => ({
    ...withoutPassword(),
    KAFKA_BROKERS: mutualBroker(),
    KAFKA_SECURITY_PROTOCOL: 'SSL',
    KAFKA_TLS_CERTIFICATE_FILE: files.userCert,
    KAFKA_TLS_KEY_FILE: files.userKey,
  }),
};
for (const [way, settings] of Object.entries(WAYS)) {
  test(`Kafka is reached by ${way}`, async () => {
    const connections = await openConnections(
      connectionConfigOf({ ...environment, ...settings() }),
      'secure-test',
      logger,
      { needs: [] },
    );
    assert.equal(connections.registry.models().length >= 0, true);
    await connections.close();
  });
}

interface Refusal {
  readonly service?: ServiceName;
  readonly settings: () => Record<string, string> | Promise<Record<string, string>>;
  readonly says: RegExp;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'a wrong password of Kafka': {
    settings: () => ({ KAFKA_SASL_PASSWORD_FILE: wrongFile() }),
    says: /CREDENTIALS_REFUSED: .*Kafka does not take the credentials/,
  },
  'a wrong secret at the token URL': {
    settings: () => ({
      ...WAYS.OAUTHBEARER?.(),
      KAFKA_OAUTH_CLIENT_SECRET_FILE: wrongFile(),
      KAFKA_OAUTH_CLIENT_SECRET: '',
    }),
    says: /CREDENTIALS_REFUSED: .*gives no token: status 401/,
  },
  'another CA of Kafka': {
    settings: async () => ({ KAFKA_TLS_CA_FILE: await otherCa() }),
    says: /CERTIFICATE_REFUSED: .*Kafka \(127\.0\.0\.1:\d+\), its certificate is of a CA that is not trusted/,
  },
  'a client certificate that is missing': {
    settings: () => ({
      ...WAYS['a client certificate']?.(),
      KAFKA_TLS_CERTIFICATE_FILE: '',
      KAFKA_TLS_KEY_FILE: '',
    }),
    says: /CERTIFICATE_REFUSED: .*it does not accept the certificate of this client, or wants one/,
  },
  'a broker whose certificate has expired': {
    settings: async () => {
      const { port, ca } = await expired();
      return { KAFKA_BROKERS: `127.0.0.1:${port}`, KAFKA_TLS_CA_FILE: ca };
    },
    says: /CERTIFICATE_REFUSED: .*its certificate has expired/,
  },
  'a user without permissions': {
    settings: () => ({
      KAFKA_SASL_USERNAME: 'visitor',
      KAFKA_SASL_PASSWORD_FILE: files.passwordFile('kafka', 'visitor'),
    }),
    says: /PERMISSION_DENIED: .*topic s\.[a-z.]+.*AUTHORIZATION_FAILED/,
  },
  'a wrong password of the registry': {
    settings: () => ({ SCHEMA_REGISTRY_PASSWORD_FILE: wrongFile() }),
    says: /CREDENTIALS_REFUSED: .*schema registry does not take the credentials/,
  },
  'another CA of the registry': {
    settings: async () => ({ SCHEMA_REGISTRY_TLS_CA_FILE: await otherCa() }),
    says: /CERTIFICATE_REFUSED: .*schema registry, its certificate is of a CA/,
  },
  'a wrong password of ClickHouse': {
    service: 'concept-drift',
    settings: () => ({ CLICKHOUSE_PASSWORD_FILE: wrongFile() }),
    says: /CREDENTIALS_REFUSED: ClickHouse does not take the credentials/,
  },
  'a ClickHouse whose certificate has expired': {
    service: 'concept-drift',
    settings: async () => {
      const { port, ca } = await expired();
      return { CLICKHOUSE_URL: `https://127.0.0.1:${port}`, CLICKHOUSE_TLS_CA_FILE: ca };
    },
    says: /CERTIFICATE_REFUSED: No TLS connection to ClickHouse, its certificate has expired/,
  },
};
for (const [name, { service = 'data-drift', settings, says }] of Object.entries(REFUSALS)) {
  test(`${service} says so and ends where there is ${name}`, async () => {
    const { code, reason, log } = await startRefusedService(
      service,
      { ...environment, ...(await settings()) },
      folder,
    );
    assert.match(reason, says);
    assert.equal(code, 1);
    assertNoSecret(log, name);
  });
}

function assertNoSecret(text: string, where: string): void {
  const secrets = [
    ...files.kafkaUsers.map((user) => files.passwordFile('kafka', user)),
    files.passwordFile('registry'),
    files.passwordFile('clickhouse'),
    wrongFile(),
  ].map((file) => readFileSync(file, 'utf8').trim());
  for (const secret of [...secrets, tokens.clientSecret])
    assert(!text.includes(secret), `${where} holds a secret`);
}

function withoutPassword(): Record<string, string> {
  return { KAFKA_SASL_MECHANISM: '', KAFKA_SASL_USERNAME: '', KAFKA_SASL_PASSWORD_FILE: '' };
}

/** The third port is the one for certificates. */
function mutualBroker(): string {
  const { parts } = JSON.parse(readFileSync(join(dataDir, 'state.json'), 'utf8'));
  return `127.0.0.1:${parts.kafka.ports[2]}`;
}

function wrongFile(): string {
  const file = join(folder, 'wrong-password');
  writeFileSync(file, 'nobody-has-this-password');
  return file;
}

async function otherCa(): Promise<string> {
  const file = join(folder, 'other-ca.pem');
  writeFileSync(file, (await createAuthority('another')).cert);
  return file;
}

/** A port behind which a certificate is shown that was good until yesterday. */
async function expired(): Promise<{ port: number; ca: string }> {
  const authority = await createAuthority('yesterday');
  const day = 86_400_000;
  const shown = await authority.issue({
    name: 'expired',
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() - day),
  });
  const server = createServer({ cert: shown.cert, key: shown.key });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const ca = join(folder, 'yesterday.pem');
  writeFileSync(ca, authority.cert);
  return { port: (server.address() as AddressInfo).port, ca };
}
