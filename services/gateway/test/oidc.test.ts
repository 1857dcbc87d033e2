import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import { oidcSettingsOf, roleByClaims } from '../src/oidc/settings.ts';
import { auditOf } from './access-fixture.ts';
import { type GatewayFixture, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
let provider: Server;
/** Who logs in at the provider. */
let account = 'ada';
let url: string;

const PEOPLE: Readonly<Record<string, readonly string[]>> = { ada: ['staff', 'ml-leads'], eve: ['staff'] };

before(async () => {
  provider = createServer();
  await once(provider.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  gateway = await startGateway({
    token: 'secret',
    oidc: {
      issuer: new URL(issuer),
      clientId: 'driftloop',
      clientSecret: 'of the client',
      scope: 'openid profile',
      roleClaim: 'groups',
      roles: new Map([
        ['ml-team', 'operator'],
        ['ml-leads', 'admin'],
      ]),
    },
  });
  url = await gateway.app.listen({ port: 0, host: '127.0.0.1' });
  provider.on('request', handlerOf(issuer));
});
after(async () => {
  provider.closeAllConnections();
  provider.close();
  await gateway.close();
});

/** A provider at which everybody who comes is logged in at once, as `account`. */
function handlerOf(issuer: string) {
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: 'driftloop',
        client_secret: 'of the client',
        redirect_uris: [`${url}/sessions/oidc/callback`],
      },
    ],
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub, groups: PEOPLE[sub] ?? [] }),
    }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant(ctx) {
      const { session, client, provider: own } = ctx.oidc;
      const grant = new own.Grant({
        accountId: session?.accountId ?? '',
        clientId: client?.clientId ?? '',
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
  const callback = oidc.callback();
  return async (...[request, response]: Parameters<typeof callback>) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response);
    await oidc.interactionFinished(request, response, { login: { accountId: account } });
  };
}

/** A browser: follows where it is sent, with the cookies of each place. */
async function browse(start: string): Promise<{ answer: Response; cookies: Map<string, string> }> {
  const cookies = new Map<string, string>();
  let at = start;
  for (;;) {
    const { origin } = new URL(at);
    const own = [...cookies].filter(([name]) => name.startsWith(`${origin} `));
    const cookie = own.map(([name, value]) => `${name.slice(origin.length + 1)}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(`${origin} ${name}`, value);
    }
    const location = answer.headers.get('location');
    if (location === null || location === '/ui/') return { answer, cookies };
    await answer.body?.cancel();
    at = new URL(location, at).href;
  }
}

test('whoever logs in at the provider has the most that their claims give', async () => {
  account = 'ada';
  const { answer, cookies } = await browse(`${url}/sessions/oidc`);
  assert.equal(answer.status, 302, await answer.text());
  const cookie = `driftloop_session=${cookies.get(`${url} driftloop_session`)}`;
  const me = (await (await fetch(`${url}/me`, { headers: { cookie } })).json()) as Record<string, unknown>;
  assert.deepEqual([me.name, me.role, me.via], ['ada', 'admin', 'session']);
  const entry = (await auditOf(gateway)).at(-1);
  assert.deepEqual(
    [entry?.actor, entry?.action, entry?.outcome],
    ['ada', 'GET /sessions/oidc/callback', 'done'],
  );
});

test('whoever has no role here is let in nowhere, and it is written down', async () => {
  account = 'eve';
  const { answer, cookies } = await browse(`${url}/sessions/oidc`);
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /'eve' has no role here/);
  assert.equal(cookies.get(`${url} driftloop_session`), undefined);
  assert.equal((await auditOf(gateway)).at(-1)?.outcome, 'refused');
});

test('an answer of the provider that nobody here has asked for is refused', async () => {
  for (const [cookie, query] of [
    ['', '?code=x&state=y'],
    ['driftloop_login=%7B%7D', '?code=x&state=y'],
    [
      `driftloop_login=${encodeURIComponent('{"state":"a","nonce":"b","verifier":"c"}')}`,
      '?code=x&state=other',
    ],
    [`driftloop_login=${encodeURIComponent('{"state":"a","nonce":"b","verifier":"c"}')}`, '?code=x&state=a'],
  ] as const) {
    const answer = await fetch(`${url}/sessions/oidc/callback${query}`, { headers: { cookie } });
    assert.equal(answer.status, 401, `${cookie} ${await answer.text()}`);
    assert.equal(answer.headers.get('set-cookie'), null);
  }
});

test('settings that do not fit are refused, and claims of whatever kind give no more than is theirs', () => {
  const config = {
    GATEWAY_OIDC_ISSUER: 'https://id.example',
    GATEWAY_OIDC_CLIENT_ID: 'driftloop',
    GATEWAY_OIDC_CLIENT_SECRET: '',
    GATEWAY_OIDC_SCOPE: 'openid',
    GATEWAY_OIDC_ROLE_CLAIM: 'groups',
    GATEWAY_OIDC_ROLES: ['cn=ml,dc=x=operator'],
  };
  const settings = oidcSettingsOf(config) ?? assert.fail();
  assert.equal(oidcSettingsOf({ ...config, GATEWAY_OIDC_ISSUER: '' }), undefined);
  for (const wrong of [
    { GATEWAY_OIDC_ISSUER: 'id' },
    { GATEWAY_OIDC_CLIENT_ID: '' },
    { GATEWAY_OIDC_ROLES: [] },
    { GATEWAY_OIDC_ROLES: ['ml=root'] },
    { GATEWAY_OIDC_ROLES: ['admin'] },
  ])
    assert.throws(() => oidcSettingsOf({ ...config, ...wrong }), { code: 'CONFIG_INVALID' });
  assert.equal(roleByClaims({ groups: 'cn=ml,dc=x' }, settings), 'operator');
  for (const groups of [undefined, null, 7, 'admin', ['operator'], { admin: true }, []])
    assert.equal(roleByClaims({ groups }, settings), undefined);
});
