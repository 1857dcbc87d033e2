import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEST_GROUP } from '@driftloop/notifications';
import fc from 'fast-check';
import { attemptEvent, dueMessages, pauseAfter } from '../src/plan/attempts.ts';
import { applyEvent, createPlan } from '../src/plan/plan.ts';
import { createLog, HOUR, MINUTE, NOON, raisedOf, ruleOf } from './rule.ts';

const sent = { ok: true } as const;
const refused = { ok: false, error: 'The receiver answered 503', isRetriable: true } as const;

test('what happens while a group is waited for is one message, and its cooldown the next', () => {
  const { append, form } = createLog();
  const rule = ruleOf({ groupSeconds: 60, cooldownSeconds: 900 });
  append(raisedOf({ at: NOON }), raisedOf({ at: NOON + 30_000, states: { published: 2 } }));
  assert.deepEqual(form(rule, NOON + 59_999), []);
  const [message, ...others] = form(rule, NOON + MINUTE);
  assert.equal(others.length, 0);
  assert.deepEqual(message?.states, { drift: 1, published: 2 });
  assert.equal(message?.title, 'elec: 1 × drift is confirmed, 2 × live');
  append(raisedOf({ at: NOON + 2 * MINUTE }));
  assert.deepEqual(form(rule, NOON + 15 * MINUTE), []);
  assert.equal(form(rule, NOON + 16 * MINUTE).length, 1);
  assert.deepEqual(form(rule, NOON + 48 * HOUR), []);
});

test('groups are told apart, unless many are due at once', () => {
  const rule = ruleOf({ groupSeconds: 0, cooldownSeconds: 0 });
  const of = (i: number) => raisedOf({ at: NOON, groups: [`model/${i}`], models: [String(i)] });
  const five = createLog();
  five.append(...Array.from({ length: 5 }, (_, i) => of(i)));
  assert.equal(five.form(rule, NOON).length, 5);
  const six = createLog();
  six.append(...Array.from({ length: 6 }, (_, i) => of(i)));
  const [one, ...others] = six.form(rule, NOON);
  assert.equal(others.length, 0);
  assert.deepEqual(one?.states, { drift: 6 });
  assert.equal(one?.title, '0, 1, 2 and 3 more: 6 × drift is confirmed');
  assert.deepEqual(six.form(rule, NOON + HOUR), []);
});

test('quiet hours hold everything back, and end in one message of each group', () => {
  const { append, form } = createLog();
  const rule = ruleOf({
    groupSeconds: 0,
    cooldownSeconds: 0,
    quietHours: '22:00-07:00',
    timeZone: 'Europe/Berlin',
  });
  const night = Date.parse('2026-06-01T20:00:00Z');
  for (let i = 0; i < 100; i++) append(raisedOf({ at: night + i * MINUTE }));
  assert.deepEqual(form(rule, night + 9 * HOUR - 1), []);
  const told = form(rule, night + 9 * HOUR);
  assert.deepEqual(
    told.map(({ states }) => states),
    [{ drift: 100 }],
  );
});

test('an hour has so many messages at most; the rest is told later, all of it', () => {
  const { append, form } = createLog();
  const rule = ruleOf({ groupSeconds: 0, cooldownSeconds: 0, mostPerHour: 3 });
  const told: (typeof events)[] = [];
  const events: ReturnType<typeof form> = [];
  for (let i = 0; i < 120; i++) {
    append(raisedOf({ at: NOON + i * MINUTE }));
    const formed = form(rule, NOON + i * MINUTE);
    if (formed.length > 0) told.push(formed);
    events.push(...formed);
  }
  assert.ok(events.length <= 6, `${events.length} in two hours`);
  events.push(...form(rule, NOON + 10 * HOUR));
  assert.equal(
    events.reduce((sum, { states }) => sum + (states.drift ?? 0), 0),
    120,
  );
});

test('while a message is delivered in vain, no other is made', () => {
  const { append, form, plan } = createLog();
  const rule = ruleOf({ groupSeconds: 0, cooldownSeconds: 0 });
  append(raisedOf({ at: NOON }));
  form(rule, NOON);
  const [open] = dueMessages(plan, NOON);
  append(attemptEvent(open ?? assert.fail(), refused, NOON));
  append(raisedOf({ at: NOON + 1, groups: ['model/other'] }));
  assert.deepEqual(form(rule, NOON + 5_000), []);
  const [again] = dueMessages(plan, NOON + 10_000);
  append(attemptEvent(again ?? assert.fail(), sent, NOON + 10_000));
  assert.equal(form(rule, NOON + 10_000).length, 1);
});

test('an attempt that failed is made again after longer and longer, and not for ever', () => {
  const { append, form, plan } = createLog();
  append(raisedOf({ at: NOON }));
  form(ruleOf({ groupSeconds: 0 }), NOON);
  const pauses: number[] = [];
  let now = NOON;
  for (let tries = 0; ; tries++) {
    const [open] = dueMessages(plan, now);
    if (!open) break;
    assert.ok(tries < 100);
    const event = attemptEvent(open, refused, now);
    append(event);
    assert.equal(event.messageId, open.message.messageId);
    if (event.nextAt === null) {
      assert.deepEqual([event.outcome, event.attempt], ['gaveUp', 12]);
      continue;
    }
    assert.deepEqual(dueMessages(plan, event.nextAt - 1), []);
    pauses.push(event.nextAt - now);
    now = event.nextAt;
  }
  assert.deepEqual(pauses.slice(0, 4), [10_000, 20_000, 40_000, 80_000]);
  assert.equal(pauses.length, 11);
  assert.ok(pauses.every((pause, i) => pause === pauseAfter(i + 1) && pause <= 1_800_000));
});

test('what will not pass is not tried again, and what asks for time gets it', () => {
  const open = { message: raisedOf({ at: NOON, messageId: 'm' }), attempt: 0, nextAt: NOON };
  const gone = attemptEvent(open, { ok: false, error: '410', isRetriable: false }, NOON);
  assert.deepEqual([gone.outcome, gone.nextAt, gone.reason], ['gaveUp', null, '410']);
  const later = attemptEvent(open, { ...refused, retryAfterMs: 120_000 }, NOON);
  assert.equal(later.nextAt, NOON + 120_000);
  const never = attemptEvent(open, { ...refused, retryAfterMs: 1e15 }, NOON);
  assert.equal(never.nextAt, NOON + HOUR);
});

test('a test is told at once, whatever else holds, and only once', () => {
  const { append, form, plan } = createLog();
  const rule = ruleOf({ quietHours: '00:00-23:59', mostPerHour: 1 });
  append(raisedOf({ at: NOON, groups: [TEST_GROUP], states: { test: 1 }, messageId: 'msg_test' }));
  assert.deepEqual(
    form(rule, NOON).map(({ messageId, title }) => [messageId, title]),
    [['msg_test', "Test of the notification rule 'ops'"]],
  );
  assert.deepEqual(form(rule, NOON), []);
  const [open] = dueMessages(plan, NOON);
  assert.equal(attemptEvent(open ?? assert.fail(), refused, NOON).outcome, 'gaveUp');
});

test('what was raised before a rule was made again under its name is not told', () => {
  const { append, form } = createLog();
  append(raisedOf({ at: NOON }));
  const anew = { ...ruleOf({ groupSeconds: 0 }), createdAt: NOON + 1 };
  assert.deepEqual(form(anew, NOON + HOUR), []);
});

test('a message that two have made is one, and loses nothing that came in between', () => {
  const { append, form, log } = createLog();
  const rule = ruleOf({ groupSeconds: 0, cooldownSeconds: 0 });
  append(raisedOf({ at: NOON }));
  const [first] = form(rule, NOON);
  append(raisedOf({ at: NOON + 1, states: { drift: 7 } }));
  append({ ...(first ?? assert.fail()), through: log.length - 1, states: { drift: 8 } });
  assert.deepEqual(
    form(rule, NOON + 2).map(({ states }) => states),
    [{ drift: 7 }],
  );
});

/**
 * Any history: raised in any order of groups, read at any moments, with deliveries that fail or
 * not.
 */
const STEP = fc.record({
  ms: fc.integer({ min: 0, max: 20 * MINUTE }),
  group: fc.integer({ min: 0, max: 8 }),
  count: fc.integer({ min: 1, max: 5 }),
  isDelivered: fc.boolean(),
  isRead: fc.boolean(),
});
const RULE = fc.record({
  groupSeconds: fc.integer({ min: 0, max: 600 }),
  cooldownSeconds: fc.integer({ min: 0, max: 3_600 }),
  mostPerHour: fc.integer({ min: 1, max: 10 }),
  quietHours: fc.constantFrom('', '22:00-07:00', '01:00-02:00'),
});

test('whatever happens: all is told once, never more in an hour than allowed, and a restart knows the same', () => {
  fc.assert(
    fc.property(RULE, fc.array(STEP, { maxLength: 60 }), (settings, steps) => {
      const rule = ruleOf(settings);
      const { append, form, plan, log } = createLog();
      let now = NOON;
      let total = 0;
      const formed: ReturnType<typeof form> = [];
      const deliver = (isDelivered: boolean) => {
        for (const open of dueMessages(plan, now))
          append(attemptEvent(open, isDelivered ? sent : refused, now));
      };
      for (const { ms, group, count, isDelivered, isRead } of steps) {
        now += ms;
        total += count;
        append(raisedOf({ at: now, groups: [`model/${group}`], states: { drift: count } }));
        if (!isRead) continue;
        formed.push(...form(rule, now));
        deliver(isDelivered);
      }
      for (let i = 0; i < 100; i++) {
        now += HOUR;
        deliver(true);
        formed.push(...form(rule, now));
      }
      assert.equal(
        formed.reduce((sum, { states }) => sum + (states.drift ?? 0), 0),
        total,
      );
      assert.equal(new Set(formed.map(({ messageId }) => messageId)).size, formed.length);
      for (const { at } of formed)
        assert.ok(
          formed.filter((other) => other.at <= at && other.at > at - HOUR).length <= settings.mostPerHour,
        );
      const again = createPlan();
      for (const [offset, event] of log.entries()) applyEvent(again, { offset, event });
      assert.deepEqual(again, plan);
    }),
    { numRuns: 200 },
  );
});
