import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROLES } from '@driftloop/access';
import { methodsOf } from '../src/grpc/service.ts';
import { auditOf, everything, tokenFor } from './access-fixture.ts';
import { type GatewayFixture, NOW, startGateway } from './fixture.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * A call of every route that needs somebody to be known: what it asks for, and what role it needs.
 */
const CALLS: readonly (readonly [method: Method, route: string, role: string, url?: string])[] = [
  ['GET', '/overview', 'viewer'],
  ['GET', '/models', 'viewer'],
  ['GET', '/models/:model', 'viewer'],
  ['GET', '/models/:model/spec', 'viewer'],
  ['GET', '/models/:model/versions/:version/files', 'viewer'],
  ['GET', '/status', 'viewer'],
  ['GET', '/models/:model/drift', 'viewer'],
  ['GET', '/models/:model/alarm-budget', 'viewer'],
  ['GET', '/models/:model/backtests', 'viewer'],
  ['GET', '/models/:model/backtests/:backtestId', 'viewer'],
  ['GET', '/models/:model/what-if', 'viewer'],
  ['GET', '/models/:model/commands/:commandId/progress', 'viewer'],
  ['GET', '/models/:model/notes', 'viewer'],
  ['GET', '/strategies', 'viewer'],
  ['GET', '/strategies/benchmark', 'viewer'],
  ['GET', '/studies', 'viewer'],
  ['GET', '/studies/:study', 'viewer'],
  ['GET', '/studies/:study/proposal', 'viewer'],
  ['GET', '/models/:model/verdicts', 'viewer'],
  ['GET', '/models/:model/performance', 'viewer'],
  ['GET', '/models/:model/performance/outputs', 'viewer'],
  ['GET', '/models/:model/history', 'viewer'],
  ['GET', '/models/:model/label-lag', 'viewer'],
  ['GET', '/models/:model/evidence', 'viewer'],
  ['GET', '/models/:model/commands', 'viewer'],
  ['GET', '/models/:model/requests/:requestId', 'viewer'],
  ['GET', '/dead-letters', 'viewer'],
  ['GET', '/dead-letters/counts', 'viewer'],
  ['GET', '/events', 'viewer'],
  ['GET', '/v2/models/:model', 'viewer'],
  ['GET', '/v2/models/:model/ready', 'viewer'],
  ['GET', '/v2/models/:model/versions/:version', 'viewer'],
  ['GET', '/v2/models/:model/versions/:version/ready', 'viewer'],
  ['GET', '/dead-letters/:topic/:partition/:offset', 'operator'],
  ['GET', '/audit', 'operator'],
  ['GET', '/models/:model/versions/:version/files/:file', 'operator'],
  ['POST', '/models/:model/what-if', 'operator'],
  ['POST', '/models/:model/bouts', 'operator'],
  ['POST', '/models/:model/notes', 'operator'],
  ['POST', '/models/:model/requests', 'operator'],
  ['POST', '/models/:model/labels', 'operator'],
  ['POST', '/models/:model/retrain', 'operator'],
  ['POST', '/models/:model/rollback', 'operator'],
  ['POST', '/models/:model/promote', 'operator'],
  ['POST', '/models/:model/reject', 'operator'],
  ['POST', '/dead-letters/:topic/:partition/:offset/resend', 'operator'],
  ['POST', '/dead-letters/:topic/:partition/:offset/discard', 'operator'],
  ['POST', '/v2/models/:model/infer', 'operator'],
  ['POST', '/v2/models/:model/versions/:version/infer', 'operator'],
  ['PUT', '/models/:model/spec', 'admin'],
  ['GET', '/notifications', 'viewer'],
  ['GET', '/notifications/rules', 'viewer'],
  ['POST', '/notifications/rules', 'admin'],
  ['DELETE', '/notifications/rules/:rule', 'admin'],
  ['POST', '/notifications/rules/:rule/test', 'admin'],
  ['GET', '/tokens', 'admin'],
  ['POST', '/tokens', 'admin'],
  ['DELETE', '/tokens/:tokenId', 'admin'],
];
/** Whoever is not known may call these. */
const OPEN = [
  'GET /health',
  'GET /me',
  'POST /sessions',
  'GET /sessions',
  'DELETE /sessions',
  'GET /v2',
  'GET /v2/health/live',
  'GET /v2/health/ready',
];

let gateway: GatewayFixture;
before(async () => {
  gateway = await startGateway({ token: 'secret', anonymous: 'nobody' });
});
after(() => gateway.close());

const pathOf = (route: string, model = 'prices') =>
  route
    .replace(':model', model)
    .replace(':version', '2')
    .replace(':requestId', 'r')
    .replace(':topic', 'inference.requests')
    .replace(':partition', '0')
    .replace(':offset', '0')
    .replace(':tokenId', 'token-none')
    .replace(':rule', 'none')
    .replace(':file', 'model.onnx');
const call = (method: Method, url: string, headers: Record<string, string>) =>
  gateway.app.inject({
    method,
    url,
    headers,
    ...(method === 'POST'
      ? { payload: { reason: 'because', name: 'x', role: 'admin', features: [1, 2] } }
      : {}),
  });

test('every route says whom it is for, and this table knows all of them', async () => {
  const { paths } = (await gateway.app.inject({ method: 'GET', url: '/docs/json' })).json();
  const documented = Object.entries(paths as Record<string, Record<string, unknown>>).flatMap(
    ([path, methods]) =>
      Object.keys(methods).map(
        (method) =>
          `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1').replace(/(?<=.)\/$/, '')}`,
      ),
  );
  const known = [...CALLS.map(([method, route]) => `${method} ${route}`), ...OPEN];
  assert.deepEqual(documented.sort(), known.sort());
});

test('every rpc says whom it is for', () => {
  const roles = Object.fromEntries(
    Object.entries(methodsOf(gateway.context)).map(([name, { role }]) => [name, role]),
  );
  assert.deepEqual(roles, {
    ServerLive: 'anyone',
    ServerReady: 'anyone',
    ServerMetadata: 'anyone',
    ModelReady: 'viewer',
    ModelMetadata: 'viewer',
    ModelInfer: 'operator',
  });
});

test('a route that says nothing of it does not start', () => {
  assert.throws(() => gateway.app.get('/late', async () => ({})), /config\.role|already/);
});

test('whoever is not known, or not any more, is refused everywhere, and changes nothing', async () => {
  const expired = await tokenFor(gateway, 'admin', { expiresAt: NOW });
  const revoked = await tokenFor(gateway, 'admin', { name: 'gone' });
  const url = `/tokens/${revoked.token.tokenId}`;
  const root = { authorization: 'Bearer secret' };
  assert.equal((await call('DELETE', url, root)).json().state, 'revoked');
  const before = await everything(gateway);
  const strangers: Record<string, string>[] = [
    {},
    { authorization: 'Bearer ' },
    { authorization: 'Bearer dl_guessed' },
    { authorization: 'Basic c2VjcmV0' },
    { cookie: 'driftloop_session=dls_guessed', 'x-driftloop-request': '1' },
    expired.headers,
    revoked.headers,
  ];
  for (const headers of strangers)
    for (const [method, route] of CALLS) {
      const answer = await call(method, pathOf(route), headers);
      assert.equal(answer.statusCode, 401, `${method} ${route} ${JSON.stringify(headers)}`);
      assert.equal(answer.json().code, 'UNAUTHORIZED');
    }
  assert.equal(await everything(gateway), before);
  const refused = (await auditOf(gateway)).filter(({ status }) => status === 401);
  const changes = CALLS.filter(([method]) => method !== 'GET');
  assert.equal(refused.length, strangers.length * changes.length);
  assert.deepEqual(
    new Set(refused.map(({ action }) => action)),
    new Set(changes.map(([method, route]) => `${method} ${route}`)),
  );
});

for (const role of ROLES)
  test(`a token of the role ${role} passes where that is enough, and else changes nothing`, async () => {
    const { headers } = await tokenFor(gateway, role);
    const noted = (await auditOf(gateway)).length;
    const before = await everything(gateway);
    const refused = CALLS.filter(([, , least]) => ROLES.indexOf(role) < ROLES.indexOf(least as typeof role));
    for (const [method, route] of refused) {
      const answer = await call(method, pathOf(route), headers);
      assert.equal(answer.statusCode, 403, `${method} ${route}`);
      assert.equal(answer.json().code, 'FORBIDDEN');
    }
    assert.equal(await everything(gateway), before);
    const entries = (await auditOf(gateway)).slice(noted);
    assert.deepEqual(
      entries.map(({ action, outcome, actor }) => [action, outcome, actor]),
      refused
        .filter(([method]) => method !== 'GET')
        .map(([method, route]) => [`${method} ${route}`, 'refused', `the ${role}`]),
    );
    for (const [method, route] of CALLS.filter((one) => !refused.includes(one))) {
      // A stream that goes on is not read to its end here, and calls that wait for answers neither.
      if (route === '/events' || route.endsWith('/infer')) continue;
      const answer = await call(method, pathOf(route, 'nobody'), headers);
      assert.ok(![401, 403].includes(answer.statusCode), `${method} ${route} ${answer.statusCode}`);
      assert.ok(answer.statusCode < 500, `${method} ${route} ${answer.body}`);
    }
  });

test('a token for other models is refused for this one, and for what belongs to none', async () => {
  const { headers } = await tokenFor(gateway, 'admin', { models: ['weather'] });
  const before = await everything(gateway);
  for (const [method, route] of CALLS.filter(
    ([, path]) =>
      path.includes(':model') || ['/tokens', '/notifications'].some((all) => path.startsWith(all)),
  )) {
    const answer = await call(method, pathOf(route), headers);
    assert.equal(answer.statusCode, 403, `${method} ${route}`);
  }
  assert.equal(await everything(gateway), before);
  assert.deepEqual((await call('GET', '/models', headers)).json(), { models: [] });
  const own = await tokenFor(gateway, 'viewer', { models: ['prices'] });
  assert.equal((await call('GET', '/models', own.headers)).json().models.length, 1);
  assert.equal((await call('GET', '/models/prices', own.headers)).statusCode, 200);
});

test('what was done stands in the audit log with who, why, before and after, and no secret', async () => {
  const { headers, token, secret } = await tokenFor(gateway, 'operator', { name: 'jo' });
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/models/prices/rollback?token=hidden',
    headers,
    payload: { reason: 'wrong prices', actor: 'somebody else' },
  });
  assert.deepEqual(answer.json(), { live: 1 });
  const entry = (await auditOf(gateway)).at(-1);
  const { auditId, at, ...rest } = entry ?? assert.fail('no entry');
  assert.deepEqual(rest, {
    actor: 'jo',
    via: 'token',
    tokenId: token.tokenId,
    role: 'operator',
    action: 'POST /models/:model/rollback',
    target: '/models/prices/rollback',
    model: 'prices',
    version: 1,
    reason: 'wrong prices',
    outcome: 'done',
    status: 200,
    code: '',
    before: '{"live":2,"canary":null,"shadow":null}',
    after: '{"live":1,"canary":null,"shadow":null}',
    remoteAddress: '127.0.0.1',
  });
  assert.equal(at, NOW);
  // Nobody speaks in the name of another.
  const [event] = await gateway.context.bus.tail('model.events', 0, 1);
  assert.equal(event?.value.actor, 'jo');
  const all = JSON.stringify(await auditOf(gateway));
  for (const hidden of [secret, 'hidden', 'guessed', 'c2VjcmV0']) assert.ok(!all.includes(hidden), hidden);
});
