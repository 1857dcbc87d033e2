import assert from 'node:assert/strict';
import { test } from 'node:test';
import { raiseTest } from '@driftloop/notifications';
import type { NotificationEvent, NotificationRule } from '@driftloop/schemas';
import { startDispatch } from '../src/dispatch.ts';
import { startIntake } from '../src/intake.ts';
import type { Delivery } from '../src/plan/attempts.ts';
import { createFakeTopics } from './fake-topics.ts';
import { HOUR, MINUTE, NOON, ruleOf } from './rule.ts';

const counter = { inc: () => undefined, set: () => undefined };
const meters = { raised: counter, attempts: counter, open: counter } as never;
const logger = { info: () => undefined, warn: () => undefined } as never;

/** The notifier's two stages over topics in memory, with a clock that tests move. */
function createWorld(rule: NotificationRule = ruleOf({ groupSeconds: 0, cooldownSeconds: 0 })) {
  let now = NOON;
  let answer: Delivery = { ok: true };
  const delivered: NotificationEvent[] = [];
  const topics = createFakeTopics(() => now);
  const rules = new Map([[rule.name, rule]]);
  const fail = (error: unknown) => {
    throw error;
  };
  const start = async () => {
    const { bus, producer } = topics;
    const parts = { bus, producer, rules, meters, clock: { now: () => now }, fail };
    const deliver = async (message: NotificationEvent) => {
      delivered.push(message);
      return answer;
    };
    const dispatch = await startDispatch({ ...parts, logger, deliver });
    await startIntake({ ...parts, lateMs: 900_000 });
    return dispatch;
  };
  let sequence = 0;
  return {
    topics,
    delivered,
    start,
    pass(ms: number) {
      now += ms;
    },
    now: () => now,
    answerWith(delivery: Delivery) {
      answer = delivery;
    },
    verdict(model: string, state: string, at = now) {
      sequence += 1;
      const value = { model, version: 1, state, sequence, likelihood: 1, windowEnd: sequence, evidence: [] };
      topics.append('drift.verdicts', model, value, at);
    },
  };
}

test('what changes is told once; what was before the first start is not', async () => {
  const { topics, delivered, start, verdict, pass } = createWorld();
  verdict('old', 'drift');
  await start();
  await topics.run();
  assert.equal(delivered.length, 0);
  verdict('old', 'drift');
  verdict('new', 'drift');
  verdict('new', 'drift');
  await topics.run();
  assert.deepEqual(
    delivered.map(({ models, states }) => [models, states]),
    [[['new'], { drift: 1 }]],
  );
  pass(HOUR);
  await topics.run();
  assert.equal(delivered.length, 1);
});

test('killed after any write, nothing is lost, and a message that comes again has its id', async () => {
  // raised, formed, attempted: killed before the first, the second, the third, and after all.
  for (let writes = 0; writes <= 3; writes++)
    for (const commits of [true, false]) {
      const { topics, delivered, start, verdict } = createWorld();
      await start();
      await topics.run();
      verdict('elec', 'drift');
      topics.killAfter(writes);
      await topics.run(commits).catch((error: Error) => assert.equal(error.message, 'killed'));
      topics.kill();
      await start();
      await topics.run();
      const ids = new Set(delivered.map(({ messageId }) => messageId));
      const about = `${writes} writes, commits: ${commits}`;
      assert.equal(ids.size, 1, about);
      assert.ok(delivered.length <= 2, about);
      const events = topics.of('notification.events').map(({ value }) => value);
      assert.equal(events.filter(({ outcome }) => outcome === 'sent').length, 1, about);
      assert.equal(events.filter(({ kind }) => kind === 'formed').length, 1, about);
    }
});

test('after a night without the notifier there is one message of all that was missed', async () => {
  const { topics, delivered, start, verdict, pass, now } = createWorld();
  await start();
  await topics.run();
  topics.kill();
  for (let i = 0; i < 500; i++) verdict(`model ${i}`, 'drift', now() + i * MINUTE);
  pass(10 * HOUR);
  await start();
  await topics.run();
  assert.equal(delivered.length, 0);
  pass(2 * MINUTE);
  await topics.run();
  const [message, ...others] = delivered;
  assert.equal(others.length, 0);
  assert.deepEqual(message?.states, { drift: 500 });
  assert.match(message?.title ?? '', /^Missed for a while: .*500 × drift is confirmed$/);
});

test('a receiver that is away is tried later, said in health, and told nothing else meanwhile', async () => {
  const { topics, delivered, start, verdict, pass, answerWith } = createWorld();
  const dispatch = await start();
  await topics.run();
  answerWith({ ok: false, error: 'The receiver answered 503', isRetriable: true });
  verdict('a', 'drift');
  await topics.run();
  assert.equal(delivered.length, 1);
  assert.match(dispatch.troubles().join(), /'ops' was not delivered: The receiver answered 503/);
  verdict('b', 'drift');
  await topics.run();
  pass(10_000);
  await topics.run();
  assert.deepEqual(
    delivered.map(({ models }) => models),
    [['a'], ['a']],
  );
  answerWith({ ok: true });
  pass(HOUR);
  await topics.run();
  assert.deepEqual(
    delivered.slice(2).map(({ models }) => models),
    [['a'], ['b']],
  );
  assert.deepEqual(dispatch.troubles(), []);
});

test('a test is sent in quiet hours, under the id that was told', async () => {
  const { topics, delivered, start, now } = createWorld(ruleOf({ quietHours: '00:00-23:59' }));
  await start();
  await topics.run();
  const id = await raiseTest(topics.producer, { rule: 'ops', by: 'jo', at: now() });
  await topics.run();
  assert.deepEqual(
    delivered.map(({ messageId }) => messageId),
    [id],
  );
});
