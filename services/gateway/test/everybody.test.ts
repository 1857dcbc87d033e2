import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditOf, tokenFor } from './access-fixture.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway();
});
after(() => gateway.close());

const retrain = (headers: Record<string, string>) =>
  gateway.app.inject({ method: 'POST', url: '/models/prices/retrain', payload: { reason: 'x' }, headers });

test('without any token everybody on this machine is an admin, but no page of elsewhere', async () => {
  const me = (await gateway.app.inject({ method: 'GET', url: '/me' })).json();
  assert.deepEqual([me.name, me.role, me.models, me.via], ['everybody', 'admin', null, 'everybody']);
  assert.equal((await retrain({})).statusCode, 202);
  assert.equal((await auditOf(gateway)).at(-1)?.via, 'everybody');
  assert.equal((await retrain({ origin: 'https://evil.example' })).statusCode, 403);
  // A name that was made to lead here.
  const rebound = { host: 'evil.example:8080', origin: 'http://evil.example:8080' };
  assert.equal((await retrain(rebound)).statusCode, 401);
  assert.equal((await retrain({ host: '[::1]:8080' })).statusCode, 202);
});

test('from the first token on callers need one, also once it has expired', async () => {
  const made = await gateway.app.inject({
    method: 'POST',
    url: '/tokens',
    payload: { name: 'ci', role: 'operator', expiresInDays: 1 },
  });
  assert.equal(made.statusCode, 201);
  const { secret, token } = made.json();
  assert.match(secret, /^dl_[\w-]{43}$/);
  assert.equal(token.state, 'valid');
  assert.ok(!JSON.stringify(await auditOf(gateway)).includes(secret));
  const [stored] = gateway.context.tokens.all();
  assert.ok(!JSON.stringify(stored).includes(secret));
  assert.equal((await retrain({})).statusCode, 401);
  assert.equal((await retrain({ authorization: `Bearer ${secret}` })).statusCode, 202);
  const { headers } = await tokenFor(gateway, 'admin', { expiresAt: 1 });
  assert.equal((await retrain(headers)).statusCode, 401);
  assert.equal((await retrain({})).statusCode, 401);
});
