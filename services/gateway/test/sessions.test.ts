import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditOf, cookieOf, everything, tokenFor } from './access-fixture.ts';
import { type GatewayFixture, NOW, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway({ token: 'secret' });
});
after(() => gateway.close());

const signIn = (payload: object, headers: Record<string, string> = {}) =>
  gateway.app.inject({ method: 'POST', url: '/sessions', payload, headers });
const me = async (headers: Record<string, string>) =>
  gateway.app.inject({ method: 'GET', url: '/me', headers });
const retrain = (headers: Record<string, string>) =>
  gateway.app.inject({ method: 'POST', url: '/models/prices/retrain', payload: { reason: 'x' }, headers });
const PAGE = { 'x-driftloop-request': '1' };

test('the code of a login link gives one session, whose cookie no script and no other site has', async () => {
  const { secret } = await tokenFor(gateway, 'admin', { kind: 'code', name: 'jo' });
  const answer = await signIn({ code: secret });
  assert.equal(answer.statusCode, 201);
  assert.deepEqual(
    { ...answer.json<object>(), expiresAt: 0 },
    { name: 'jo', role: 'admin', models: null, expiresAt: 0, via: 'session' },
  );
  assert.match(String(answer.headers['set-cookie']), /; HttpOnly; SameSite=Strict$/);
  const cookie = cookieOf(answer);
  assert.equal((await me({ cookie })).json().name, 'jo');
  for (const code of [secret, 'dlc_guessed', cookie.split('=')[1] ?? ''])
    assert.equal((await signIn({ code })).statusCode, 401);
  // A code is no token, and no cookie.
  const { secret: another } = await tokenFor(gateway, 'admin', { kind: 'code' });
  assert.equal((await retrain({ authorization: `Bearer ${another}` })).statusCode, 401);
  assert.equal((await retrain({ cookie: `driftloop_session=${another}`, ...PAGE })).statusCode, 401);
});

test('of many who come with the same code at once, one gets in', async () => {
  const { secret } = await tokenFor(gateway, 'viewer', { kind: 'code' });
  const answers = await Promise.all(Array.from({ length: 6 }, () => signIn({ code: secret })));
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 401, 401, 401, 401, 401]);
});

test('a code that is too old is none', async () => {
  const { secret } = await tokenFor(gateway, 'admin', { kind: 'code', expiresAt: NOW });
  assert.equal((await signIn({ code: secret })).statusCode, 401);
});

test('with a session only pages of this gateway change something', async () => {
  const cookie = cookieOf(await signIn({ token: 'secret' }));
  const before = await everything(gateway);
  const own = { ...PAGE, cookie, host: 'driftloop.example:8080' };
  for (const wrong of [
    { cookie },
    { cookie, 'x-driftloop-request': '0' },
    { ...own, origin: 'https://evil.example' },
    { ...own, origin: 'http://driftloop.example' },
    { ...own, origin: 'null' },
  ]) {
    const answer = await retrain(wrong);
    assert.equal(answer.statusCode, 403, JSON.stringify(wrong));
  }
  assert.equal(await everything(gateway), before);
  assert.equal((await auditOf(gateway)).at(-1)?.outcome, 'refused');
  assert.equal((await retrain(own)).statusCode, 202);
  assert.equal((await retrain({ ...own, origin: 'http://driftloop.example:8080' })).statusCode, 202);
  // A login by a page of elsewhere would make people work in another's name.
  const foreign = await signIn({ token: 'secret' }, { origin: 'https://evil.example' });
  assert.equal(foreign.statusCode, 403);
});

test('whoever logs out is out, and a session ends with its token', async () => {
  const { secret, token } = await tokenFor(gateway, 'operator', { models: ['prices'], name: 'jo' });
  const first = cookieOf(await signIn({ token: secret }));
  const second = cookieOf(await signIn({ token: secret }));
  assert.deepEqual((await me({ cookie: first })).json().models, ['prices']);
  const out = await gateway.app.inject({
    method: 'DELETE',
    url: '/sessions',
    headers: { cookie: first, ...PAGE },
  });
  assert.equal(out.statusCode, 204);
  assert.match(String(out.headers['set-cookie']), /driftloop_session=;.*Expires=Thu, 01 Jan 1970/);
  assert.equal((await retrain({ cookie: first, ...PAGE })).statusCode, 401);
  assert.equal((await retrain({ cookie: second, ...PAGE })).statusCode, 202);
  await gateway.app.inject({
    method: 'DELETE',
    url: `/tokens/${token.tokenId}`,
    headers: { authorization: 'Bearer secret' },
  });
  assert.equal((await retrain({ cookie: second, ...PAGE })).statusCode, 401);
});

test('who changed something by a session stands in the audit log', async () => {
  const { secret } = await tokenFor(gateway, 'operator', { kind: 'code', name: 'ada' });
  const cookie = cookieOf(await signIn({ code: secret }));
  await retrain({ cookie, ...PAGE });
  const [login, retrained] = (await auditOf(gateway)).slice(-2);
  assert.deepEqual([login?.action, login?.actor, login?.via], ['POST /sessions', 'ada', 'session']);
  assert.deepEqual(
    [retrained?.action, retrained?.actor, retrained?.via, retrained?.reason],
    ['POST /models/:model/retrain', 'ada', 'session', 'x'],
  );
});

test('who does not say who they are may read here, and is told so', async () => {
  const answer = (await me({})).json();
  assert.deepEqual([answer.name, answer.role, answer.via], ['anonymous', 'viewer', 'anonymous']);
});
