import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { DriftloopError } from '@driftloop/errors';
import { type Authority, createAuthority } from '@driftloop/local/certificates';
import kafkajs, { type Mechanism } from 'kafkajs';
import { kafkaError } from '../../src/kafka/kafka-error.ts';
import { kafkaJsSecurity } from '../../src/kafka/sasl.ts';
import { reachKafka } from '../../src/reach.ts';

const DAY_MS = 86_400_000;
const servers: Server[] = [];
let authority: Authority;

before(async () => {
  authority = await createAuthority('kafka test');
});

after(() => {
  for (const server of servers) server.close();
});

/** A port where only the TLS of a broker is. */
async function tlsPort(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.on('error', () => undefined));
  servers.push(server);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function refusal(port: number, tls: { readonly ca?: string }): Promise<DriftloopError> {
  const error = await reachKafka({
    brokers: [`127.0.0.1:${port}`],
    registryUrl: '',
    clientId: 'test',
    security: { tls },
  }).catch((thrown: unknown) => thrown);
  assert(error instanceof DriftloopError, String(error));
  return error;
}

test('a certificate that is not good is named, and not tried again', async () => {
  const good = await tlsPort(await authority.issue({ name: 'broker' }));
  const [notBefore, notAfter] = [new Date(Date.now() - 2 * DAY_MS), new Date(Date.now() - DAY_MS)];
  const late = await tlsPort(await authority.issue({ name: 'broker', notBefore, notAfter }));
  const elsewhere = await tlsPort(await authority.issue({ name: 'broker', addresses: ['127.0.0.2'] }));
  const { cert: ca } = authority;
  const other = (await createAuthority('another')).cert;
  for (const [port, tls, says] of [
    [good, {}, /\(127\.0\.0\.1:\d+\), its certificate is of a CA that is not trusted here/],
    [good, { ca: other }, /its certificate is of a CA that is not trusted here/],
    [late, { ca }, /its certificate has expired/],
    [elsewhere, { ca }, /its certificate is for another host name/],
  ] as const) {
    const error = await refusal(port, tls);
    assert.equal(error.code, 'CERTIFICATE_REFUSED', error.message);
    assert.equal(error.retriable, false);
    assert.match(error.message, says);
    assert.match(error.message, /KAFKA_TLS_CA/);
  }
});

async function loginThatMeets(error: Error): Promise<unknown> {
  const { sasl } = kafkaJsSecurity({ sasl: { mechanism: 'PLAIN', username: 'ann', password: 'hush-hush' } });
  const { authenticationProvider } = sasl as Mechanism;
  const logger = { debug() {}, error() {}, info() {}, warn() {} } as never;
  const thrown = await authenticationProvider({
    host: 'broker',
    port: 1,
    logger,
    saslAuthenticate: () => Promise.reject(error),
  })
    .authenticate()
    .catch((caught: unknown) => caught);
  return kafkaError('Cannot connect', thrown);
}

test('a broker that ends in the middle of a login is waited for; one that refuses the password is not', async () => {
  const gone = await loginThatMeets(new kafkajs.KafkaJSConnectionError('Closed connection'));
  assert(gone instanceof DriftloopError);
  assert.equal(gone.code, 'KAFKA_UNAVAILABLE');
  assert.equal(gone.retriable, true);
  const answer = Object.assign(new kafkajs.KafkaJSProtocolError('Invalid username or password'), {
    type: 'SASL_AUTHENTICATION_FAILED',
    retriable: false,
  });
  const refused = await loginThatMeets(answer);
  assert(refused instanceof DriftloopError);
  assert.equal(refused.code, 'CREDENTIALS_REFUSED');
  assert.equal(refused.retriable, false);
});
