import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { createAddresses } from '../src/delivery/addresses.ts';
import { type DeliveryParts, deliver } from '../src/delivery/deliver.ts';
import { createMailer } from '../src/delivery/mailer.ts';
import { createPoster, type Poster } from '../src/delivery/post.ts';
import { createSecrets } from '../src/delivery/secrets.ts';
import { NOON, raisedOf, ruleOf } from './rule.ts';

const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const message = raisedOf({ at: NOON, kind: 'formed', messageId: 'msg_1', title: 'elec: drift' });

let server: Server;
let url = '';
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let folder = '';
const posters: Poster[] = [];
const requests: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notifier-'));
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    requests.push({ path: request.url ?? '', headers: request.headers, body });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  for (const poster of posters) await poster.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function partsOf(given: { allowed?: string[]; timeoutMs?: number; smtpPort?: number } = {}): DeliveryParts {
  const { allowed = ['127.0.0.0/8', '::1/128'], timeoutMs = 5_000, smtpPort } = given;
  const poster = createPoster(createAddresses(allowed), timeoutMs);
  posters.push(poster);
  return {
    poster,
    mailer: createMailer({
      host: smtpPort === undefined ? '' : '127.0.0.1',
      port: smtpPort ?? 0,
      tls: 'none',
      username: 'jo',
      password: 'hunter2-secret',
      from: 'driftloop@example.org',
      timeoutMs,
    }),
    secrets: createSecrets(folder, { NOTIFIER_SECRET_FROM_ENV: KEY }),
    pagerdutyUrl: `${url}/v2/enqueue`,
    now: () => NOON,
  };
}

test('a webhook is posted signed, and its answer is what came of it', async () => {
  writeFileSync(join(folder, 'key'), `${KEY}\n`);
  const rule = ruleOf({ to: [`${url}/hook`] });
  answer = (_, response) => response.writeHead(204).end();
  assert.deepEqual(await deliver(message, rule, partsOf()), { ok: true });
  const last = requests.at(-1);
  assert.equal(last?.headers['webhook-id'], 'msg_1');
  assert.match(String(last?.headers['webhook-signature']), /^v1,/);
  assert.equal(JSON.parse(last?.body ?? '').data.title, 'elec: drift');
  const cases: readonly [number, boolean][] = [
    [500, true],
    [503, true],
    [429, true],
    [408, true],
    [400, false],
    [404, false],
    [410, false],
    [302, false],
  ];
  for (const [status, isRetriable] of cases) {
    answer = (_, response) =>
      response.writeHead(status, { 'retry-after': '7', location: `${url}/elsewhere` }).end('why\n not');
    const delivery = await deliver(message, rule, partsOf());
    assert.ok(!delivery.ok);
    assert.deepEqual([delivery.isRetriable, delivery.retryAfterMs], [isRetriable, 7_000], String(status));
    assert.match(delivery.error, new RegExp(`${status}.*why not`));
  }
  assert.ok(requests.every(({ path }) => path !== '/elsewhere'));
});

test('one that does not answer, and one that is not there, are tried again', async () => {
  answer = () => undefined;
  const slow = await deliver(message, ruleOf({ to: [url] }), partsOf({ timeoutMs: 100 }));
  assert.ok(!slow.ok && slow.isRetriable);
  const away = await deliver(message, ruleOf({ to: ['http://127.0.0.1:1/'] }), partsOf());
  assert.ok(!away.ok && away.isRetriable);
});

test('this machine, the link and metadata are refused, also by other names of theirs', async () => {
  const addresses = createAddresses([]);
  for (const address of [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '169.254.169.254',
    '100.100.100.200',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '::127.0.0.1',
    'fe80::1%eth0',
    'FE80::1',
    'fd00:ec2::254',
  ])
    assert.throws(() => addresses.require(address, 'h'), { code: 'CONFIG_INVALID' }, address);
  for (const address of ['10.0.0.1', '192.168.1.1', '93.184.216.34', '2606:2800:220:1::1', '::ffff:10.0.0.1'])
    addresses.require(address, 'h');
  createAddresses(['169.254.10.0/24']).require('169.254.10.3', 'h');
  for (const network of ['127.0.0.1', '127.0.0.0/33', 'localhost/8', '10.0.0.0/x'])
    assert.throws(() => createAddresses([network]), /NOTIFIER_ALLOWED_ADDRESSES/, network);
  const before = requests.length;
  const port = new URL(url).port;
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
    const delivery = await deliver(
      message,
      ruleOf({ to: [`http://${host}:${port}/`] }),
      partsOf({ allowed: [] }),
    );
    assert.ok(!delivery.ok && !delivery.isRetriable, host);
    assert.match(delivery.error, /NOTIFIER_ALLOWED_ADDRESSES/, host);
  }
  assert.equal(requests.length, before);
});

test('a secret stands in no error, also where the receiver repeats it', async () => {
  writeFileSync(join(folder, 'slack'), `${url}/services/T000/B000/verysecret`);
  writeFileSync(join(folder, 'pager'), 'routing-key-secret');
  answer = (request, response) => response.writeHead(400).end(`bad ${request.url} routing-key-secret`);
  for (const given of [
    { channel: 'slack', secret: 'slack', to: [] },
    { channel: 'pagerduty', secret: 'pager', to: [] },
  ]) {
    const delivery = await deliver(message, ruleOf(given), partsOf());
    assert.ok(!delivery.ok);
    assert.ok(!/verysecret/.test(delivery.error) || given.channel !== 'slack', delivery.error);
    assert.ok(!/routing-key-secret/.test(delivery.error) || given.channel !== 'pagerduty', delivery.error);
  }
  writeFileSync(join(folder, 'slack'), 'http://127.0.0.1:1/verysecret');
  const away = await deliver(message, ruleOf({ channel: 'slack', secret: 'slack', to: [] }), partsOf());
  assert.ok(!away.ok && !away.error.includes('verysecret'));
});

test('secrets come of files or of the environment, and are read anew', async () => {
  const secrets = createSecrets(folder, { NOTIFIER_SECRET_FROM_ENV: KEY });
  assert.equal(secrets.read('from-env'), KEY);
  assert.throws(() => secrets.read('none'), /NOTIFIER_SECRET_NONE/);
  writeFileSync(join(folder, 'none'), 'one');
  assert.equal(secrets.read('none'), 'one');
  writeFileSync(join(folder, 'none'), 'two');
  assert.equal(secrets.read('none'), 'two');
  const missing = await deliver(message, ruleOf({ secret: 'missing' }), partsOf());
  assert.ok(!missing.ok && missing.isRetriable);
});

test('a rule that was removed delivers nothing more', async () => {
  const delivery = await deliver(message, undefined, partsOf());
  assert.ok(!delivery.ok && !delivery.isRetriable);
});

test('mails arrive over SMTP with the login, and what the server says decides', async () => {
  const mails: { to: string[]; text: string }[] = [];
  let refusal: Error | undefined;
  const smtp = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth: ({ username, password }, _session, callback) =>
      username === 'jo' && password === 'hunter2-secret'
        ? callback(null, { user: 'jo' })
        : callback(new Error('no such user')),
    onRcptTo: (_address, _session, callback) => (refusal ? callback(refusal) : callback()),
    onData(stream, session, callback) {
      let text = '';
      stream.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        callback();
      });
    },
  });
  const rule = ruleOf({ channel: 'email', secret: undefined, to: ['a@example.org', 'b@example.org'] });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  try {
    const parts = partsOf({ smtpPort: (smtp.server.address() as AddressInfo).port });
    assert.deepEqual(await deliver(message, rule, parts), { ok: true });
    assert.deepEqual(mails[0]?.to, ['a@example.org', 'b@example.org']);
    assert.match(mails[0]?.text ?? '', /Message-ID: <msg_1@driftloop>/i);
    assert.match(mails[0]?.text ?? '', /Subject: \[error\] elec: drift/);
    for (const [responseCode, isRetriable] of [
      [550, false],
      [451, true],
    ] as const) {
      refusal = Object.assign(new Error('mailbox is not there, hunter2-secret'), { responseCode });
      const delivery = await deliver(message, rule, parts);
      assert.ok(!delivery.ok);
      assert.equal(delivery.isRetriable, isRetriable, delivery.error);
      assert.ok(!delivery.error.includes('hunter2-secret'));
    }
  } finally {
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
  }
  const nowhere = await deliver(message, rule, partsOf());
  assert.ok(!nowhere.ok && /NOTIFIER_SMTP_HOST/.test(nowhere.error));
});
