import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { mailOf } from '../src/messages/email.ts';
import { pagerdutyEvent } from '../src/messages/pagerduty.ts';
import { slackMessage } from '../src/messages/slack.ts';
import { webhookMessage } from '../src/messages/webhook.ts';
import { NOON, raisedOf } from './rule.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const message = raisedOf({
  at: NOON,
  kind: 'formed',
  messageId: 'msg_1',
  title: 'elec: drift is confirmed <!channel> & größer',
});

test('receivers that follow Standard Webhooks know the signature, and one that was changed', () => {
  const { headers, body } = webhookMessage(message, SECRET, Date.now());
  const receiver = new Webhook(SECRET);
  assert.deepEqual(receiver.verify(body, { ...headers }), JSON.parse(body));
  assert.throws(() => receiver.verify(body.replace('drift', 'draft'), { ...headers }));
  assert.throws(() => receiver.verify(body, { ...headers, 'webhook-id': 'msg_2' }));
  const old = webhookMessage(message, SECRET, Date.now() - 600_000);
  assert.throws(() => receiver.verify(old.body, { ...old.headers }));
});

test('a signature is that of the example of the specification', () => {
  // The key and format of the specification; the signature is worked out by its own implementation.
  const { headers, body } = webhookMessage(message, SECRET, 1_614_265_330_000);
  const theirs = new Webhook(SECRET).sign('msg_1', new Date(1_614_265_330_000), body);
  assert.equal(headers['webhook-signature'], theirs);
});

test('what is no signing key is refused without being told', () => {
  for (const secret of ['', 'hunter2', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(200)}`])
    assert.throws(
      () => webhookMessage(message, secret, NOON),
      (error: Error) => {
        assert.match(error.message, /openssl/);
        assert.ok(secret === '' || !error.message.includes(secret));
        return true;
      },
    );
});

test('Slack gets text in which nothing calls a channel, and no more than it takes', () => {
  const { text } = JSON.parse(slackMessage(message)) as { text: string };
  assert.ok(text.includes('&lt;!channel&gt; &amp; größer'));
  const long = slackMessage({ ...message, texts: Array.from({ length: 20 }, () => '😀'.repeat(250)) });
  assert.ok((JSON.parse(long) as { text: string }).text.length < 4_000);
});

test('PagerDuty has one incident of a group, which ends when its model is stable', () => {
  const key = (given: Partial<typeof message>) => {
    const event = JSON.parse(pagerdutyEvent({ ...message, ...given }, 'routing'));
    return [event.event_action, event.dedup_key, event.routing_key];
  };
  assert.deepEqual(key({}), ['trigger', 'driftloop/ops/model/elec', 'routing']);
  assert.deepEqual(key({ states: { stable: 1 } }), ['resolve', 'driftloop/ops/model/elec', 'routing']);
  assert.deepEqual(key({ states: { stable: 1, drift: 1 } })[0], 'trigger');
  assert.deepEqual(key({ groups: ['model/a', 'model/b'] })[1], 'msg_1');
  assert.deepEqual(key({ groups: ['test'] })[1], 'msg_1');
  assert.deepEqual(key({ groups: [`model/${'x'.repeat(300)}`] })[1], 'msg_1');
});

test('a mail has one line of subject and the same id at each attempt', () => {
  const mail = mailOf({ ...message, title: 'a\r\nBcc: b@c' });
  assert.deepEqual([mail.subject, mail.messageId], ['[error] a Bcc: b@c', '<msg_1@driftloop>']);
});
