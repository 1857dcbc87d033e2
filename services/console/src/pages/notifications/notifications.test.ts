import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY, newRule } from './new-rule.ts';
import { pacePhrase } from './pace-phrase.ts';

test('what was left empty is left out of the rule', () => {
  assert.deepEqual(newRule({ ...EMPTY, name: ' ops ', to: ' https://a.example/ , ', secret: 'key' }), {
    name: 'ops',
    channel: 'webhook',
    to: ['https://a.example/'],
    secret: 'key',
    states: ['drift', 'published', 'rolledBack', 'retrainFailed', 'deadLetter'],
  });
  assert.deepEqual(newRule({ ...EMPTY, name: 'x', states: [], models: 'a, größer b' }).models, [
    'a',
    'größer b',
  ]);
  assert.equal(newRule({ ...EMPTY, name: 'x', states: [] }).states, undefined);
});

test('how often is said in words', () => {
  assert.equal(
    pacePhrase({
      groupBy: 'model',
      groupSeconds: 60,
      cooldownSeconds: 5_400,
      mostPerHour: 20,
      quietHours: '22:00-07:00',
      timeZone: 'Europe/Berlin',
    }),
    'each model by itself, after 1 min, every 90 min at most, 20 an hour, quiet 22:00-07:00 Europe/Berlin',
  );
  assert.match(
    pacePhrase({
      groupBy: 'rule',
      groupSeconds: 0,
      cooldownSeconds: 7_200,
      mostPerHour: 1,
      quietHours: '',
      timeZone: 'UTC',
    }),
    /^all together, after 0 s, every 2 h at most, 1 an hour$/,
  );
});
