import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRule } from '../src/index.ts';

const by = { by: 'jo', now: 1_000 };
const webhook = { name: 'ops', channel: 'webhook', to: ['https://example.org/hook'], secret: 'ops-key' };

test('what is left out is filled in', () => {
  const rule = checkRule(webhook, by);
  assert.deepEqual(rule, {
    name: 'ops',
    channel: 'webhook',
    to: ['https://example.org/hook'],
    secret: 'ops-key',
    models: null,
    states: ['drift', 'published', 'rolledBack', 'retrainFailed', 'deadLetter'],
    roles: [],
    groupBy: 'model',
    groupMs: 60_000,
    cooldownMs: 900_000,
    mostPerHour: 20,
    quietHours: '',
    timeZone: 'UTC',
    createdAt: 1_000,
    createdBy: 'jo',
    endedAt: null,
    endedBy: '',
  });
});

test('a rule that takes the place of another tells what that had gathered', () => {
  const before = checkRule(webhook, by);
  const next = checkRule({ ...webhook, quietHours: '22:00-07:00' }, { by: 'al', now: 5_000, before });
  assert.deepEqual([next.createdAt, next.createdBy], [1_000, 'al']);
});

test('names with umlauts and spaces are names; addresses with slashes are none', () => {
  assert.equal(checkRule({ ...webhook, name: 'Tür zu, größer' }, by).name, 'Tür zu, größer');
  for (const name of ['', ' ops', 'ops ', 'a/b', 'a\nb', 'x'.repeat(101)])
    assert.throws(() => checkRule({ ...webhook, name }, by), { code: 'REQUEST_INVALID' }, name);
});

test('what a channel cannot do with is refused, and said', () => {
  const cases: readonly [object, RegExp][] = [
    [{ ...webhook, to: [] }, /one URL/],
    [{ ...webhook, to: ['ftp://example.org'] }, /https:/],
    [{ ...webhook, to: ['https://jo:pw@example.org/'] }, /no password and no query/],
    [{ ...webhook, to: ['https://example.org/?token=x'] }, /no password and no query/],
    [{ name: 'x', channel: 'webhook', to: ['https://example.org'] }, /needs a secret/],
    [{ name: 'x', channel: 'slack' }, /needs a secret/],
    [{ name: 'x', channel: 'slack', secret: 's', to: ['https://hooks.slack.com/x'] }, /takes nothing in to/],
    [{ name: 'x', channel: 'pagerduty', secret: '../../etc/passwd' }, /secret/],
    [{ name: 'x', channel: 'email', to: ['nobody'] }, /no e-mail address/],
    [{ name: 'x', channel: 'email', to: ['a@b\r\nBcc: c@d'] }, /no e-mail address/],
    [{ name: 'x', channel: 'email' }, /needs an address/],
    [{ name: 'x', channel: 'email', to: ['a@b'], secret: 's' }, /no secret/],
    [{ ...webhook, quietHours: '22-7' }, /22:00-07:00/],
    [{ ...webhook, timeZone: 'Mars/Olympus' }, /IANA/],
    [{ ...webhook, states: ['driftt'] }, /states/],
    [{ ...webhook, colour: 'red' }, /The rule is not valid/],
    [{ ...webhook, cooldownSeconds: -1 }, /cooldownSeconds/],
  ];
  for (const [asked, message] of cases)
    assert.throws(() => checkRule(asked, by), { code: 'REQUEST_INVALID', message }, JSON.stringify(asked));
  for (const asked of [null, 'ops', [], 3])
    assert.throws(() => checkRule(asked, by), { code: 'REQUEST_INVALID' });
});
