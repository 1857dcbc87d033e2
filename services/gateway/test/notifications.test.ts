import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { notificationEvent, readRules } from '@driftloop/notifications';
import { auditOf, tokenFor } from './access-fixture.ts';
import { type GatewayFixture, NOW, startGateway } from './fixture.ts';

let gateway: GatewayFixture;
let headers: { authorization: string };
before(async () => {
  gateway = await startGateway({ token: 'secret' });
  ({ headers } = await tokenFor(gateway, 'admin', { name: 'jo' }));
});
after(() => gateway.close());

const RULE = {
  name: 'Größe: ops & co',
  channel: 'webhook',
  to: ['https://example.org/hook'],
  secret: 'ops-key',
  quietHours: '22:00-07:00',
  timeZone: 'Europe/Berlin',
};
const path = `/notifications/rules/${encodeURIComponent(RULE.name)}`;
const call = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) =>
  gateway.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });

test('a rule is made, listed, replaced, tried and removed, and all of it is written down', async () => {
  const made = await call('POST', '/notifications/rules', RULE);
  assert.equal(made.statusCode, 201, made.body);
  const { rules } = (await call('GET', '/notifications/rules')).json();
  assert.deepEqual(rules, [made.json()]);
  assert.deepEqual([rules[0].createdBy, rules[0].cooldownSeconds], ['jo', 900]);

  await call('POST', '/notifications/rules', { ...RULE, cooldownSeconds: 0, models: ['prices'] });
  const replaced = [...(await readRules(gateway.context.bus)).values()];
  assert.deepEqual(
    replaced.map(({ cooldownMs, models, createdAt }) => [cooldownMs, models, createdAt]),
    [[0, ['prices'], NOW]],
  );

  const tried = await call('POST', `${path}/test`, {});
  assert.equal(tried.statusCode, 202, tried.body);
  const [raised] = await gateway.context.bus.tail('notification.events', 0, 1);
  assert.equal(raised?.value.messageId, tried.json().messageId);
  assert.deepEqual(raised?.value.groups, ['test']);

  assert.equal((await call('DELETE', path)).statusCode, 200);
  assert.equal((await call('DELETE', path)).statusCode, 404);
  assert.equal((await call('POST', `${path}/test`, {})).statusCode, 404);
  assert.deepEqual((await call('GET', '/notifications/rules')).json(), { rules: [] });

  const entries = (await auditOf(gateway)).filter(({ target }) => target.startsWith('/notifications'));
  assert.deepEqual(
    entries.map(({ action, outcome, before, after: is }) => [action, outcome, before !== null, is !== null]),
    [
      ['POST /notifications/rules', 'done', false, true],
      ['POST /notifications/rules', 'done', true, true],
      ['POST /notifications/rules/:rule/test', 'done', false, true],
      ['DELETE /notifications/rules/:rule', 'done', true, false],
      ['DELETE /notifications/rules/:rule', 'failed', false, false],
      ['POST /notifications/rules/:rule/test', 'failed', false, false],
    ],
  );
});

test('a rule that is none is refused with what is wrong', async () => {
  for (const [given, message] of [
    [{ to: ['https://jo:hidden@example.org/'] }, /no password/],
    [{ timeZone: 'Mars' }, /IANA/],
    [{ states: ['driftt'] }, /states/],
    [{ channel: 'email' }, /no secret/],
  ] as const) {
    const answer = await call('POST', '/notifications/rules', { ...RULE, ...given });
    assert.equal(answer.statusCode, 400, answer.body);
    assert.match(answer.json().detail, message);
  }
});

test('the delivery log shows each message once, newest first, with what came of it', async () => {
  const { bus, producer, warehouse } = gateway.context;
  const message = (id: string) =>
    notificationEvent({
      kind: 'formed',
      rule: 'ops',
      messageId: id,
      at: NOW,
      groups: ['model/prices'],
      states: { drift: 2 },
      severity: 'error',
      models: ['prices'],
      title: `prices: 2 × drift ${id}`,
      texts: ['one', 'two'],
      firstAt: NOW,
      lastAt: NOW,
    });
  const attempt = (id: string, given: object) =>
    notificationEvent({ kind: 'attempted', rule: 'ops', messageId: id, at: NOW + 1, ...given });
  await producer.send(
    'notification.events',
    [
      message('a'),
      message('b'),
      attempt('a', { attempt: 1, outcome: 'failed', reason: '503', nextAt: NOW + 10_000 }),
      attempt('b', { attempt: 1, outcome: 'failed', reason: '503', nextAt: NOW + 10_000 }),
      attempt('a', { attempt: 2, outcome: 'sent' }),
      message('c'),
    ].map((value) => ({ key: 'ops', value })),
  );
  const [end] = await bus.offsets('notification.events');
  await warehouse.waitForIngest('notification.events', [{ partition: 0, offset: end?.high ?? 0 }], {
    timeoutMs: 30_000,
  });
  const { messages } = (await call('GET', '/notifications?rule=ops')).json();
  assert.deepEqual(
    messages.map((one: Record<string, unknown>) => [
      one.id,
      one.outcome,
      one.attempts,
      one.error,
      one.nextAt,
    ]),
    [
      ['c', 'pending', 0, '', null],
      ['b', 'failed', 1, '503', NOW + 10_000],
      ['a', 'sent', 2, '', null],
    ],
  );
  assert.deepEqual(
    [messages[2].title, messages[2].texts, messages[2].at],
    ['prices: 2 × drift a', ['one', 'two'], NOW],
  );
  const first = (await call('GET', '/notifications?limit=2')).json();
  assert.equal(first.messages.length, 2);
  const second = (await call('GET', `/notifications?limit=2&cursor=${first.nextCursor}`)).json();
  assert.deepEqual(
    second.messages.map(({ id }: { id: string }) => id),
    ['a'],
  );
  assert.equal(second.nextCursor, null);
  const failed = (await call('GET', '/notifications?outcome=failed')).json();
  assert.deepEqual(
    failed.messages.map(({ id }: { id: string }) => id),
    ['b'],
  );
});
