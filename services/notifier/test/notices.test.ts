import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusRecord } from '@driftloop/bus';
import { type Notice, type NoticedTopic, noticeOf } from '../src/notices/notice.ts';
import { fits, raise } from '../src/notices/raise.ts';
import { createVerdictChanges } from '../src/notices/verdict-changes.ts';
import { HOUR, NOON, ruleOf } from './rule.ts';

const source = { topic: 'model.events', partition: 0 };
const notice = (given: Partial<Notice> = {}): Notice => ({
  state: 'drift',
  model: 'elec',
  at: NOON,
  offset: 0,
  text: 'elec: drift is confirmed',
  ...given,
});
const record = (topic: NoticedTopic, value: object) =>
  ({ topic, partition: 0, offset: 7, timestamp: NOON, key: '', value }) as unknown as BusRecord<NoticedTopic>;

test('a verdict tells when it changes the state of its model, also of one nobody knew', () => {
  const verdict = (model: string, sequence: number, state: string) =>
    ({ model, sequence, state, windowEnd: 1_000 * sequence }) as never;
  const { isChange } = createVerdictChanges([verdict('a', 1, 'stable'), verdict('b', 1, 'drift')]);
  assert.equal(isChange(verdict('a', 2, 'stable')), false);
  assert.equal(isChange(verdict('a', 3, 'drift')), true);
  assert.equal(isChange(verdict('a', 4, 'drift')), false);
  // Written again after a crash.
  assert.equal(isChange(verdict('a', 2, 'stable')), false);
  assert.equal(isChange(verdict('a', 3, 'drift')), false);
  assert.equal(isChange(verdict('a', 5, 'stable')), true);
  assert.equal(isChange(verdict('b', 2, 'drift')), false);
  assert.equal(isChange(verdict('new', 0, 'stable')), false);
  assert.equal(isChange(verdict('newer', 0, 'warning')), true);
  // A log that was made anew counts from 0 again.
  assert.equal(isChange({ model: 'b', sequence: 0, state: 'stable', windowEnd: 9_000_000 }), true);
});

test('records say what they are about, and nothing of what was in a dead letter', () => {
  const drift = noticeOf(
    record('drift.verdicts', {
      model: 'elec',
      version: 3,
      state: 'drift',
      likelihood: 0.973,
      windowEnd: NOON,
      evidence: [{ text: 'price: the distribution has changed' }],
    }),
  );
  assert.equal(
    drift?.text,
    'elec: drift is confirmed (version 3, likelihood 0.97, window until 2026-06-01T12:15:00.000Z). price: the distribution has changed',
  );
  const back = noticeOf(
    record('model.events', {
      model: 'elec',
      version: 3,
      kind: 'rolledBack',
      restoredVersion: 2,
      reasons: ['worse'],
      actor: 'jo',
    }),
  );
  assert.equal(back?.text, 'elec: version 3 is rolled back, version 2 is live again (by jo): worse');
  const letter = noticeOf(
    record('dead.letters', {
      topic: 'inference.requests',
      partition: 1,
      offset: 5,
      code: 'REQUEST_INVALID',
      reason: "'4111 1111' is no number",
      service: 'inference',
    }),
  );
  assert.equal(letter?.text, 'inference could not handle inference.requests/1/5: REQUEST_INVALID');
  assert.equal(noticeOf(record('training.progress', { phase: 'training' })), undefined);
  assert.equal(
    noticeOf(record('training.progress', { phase: 'failed', model: 'm', commandId: 'c', message: 'no rows' }))
      ?.state,
    'retrainFailed',
  );
  assert.equal(
    noticeOf(
      record('model.events', {
        kind: 'somethingNewer',
        reasons: [],
        restoredVersion: null,
        model: 'm',
        version: 1,
        actor: 'a',
      }),
    ),
    undefined,
  );
});

test('times beyond any calendar end nothing', () => {
  for (const windowEnd of [9e15, -9e15])
    assert.ok(
      noticeOf(
        record('drift.verdicts', {
          model: 'm',
          version: 1,
          state: 'drift',
          likelihood: Number.NaN,
          windowEnd,
          evidence: [],
        }),
      ),
    );
});

test('a rule fits by state, model and role, and nothing from before it was made', () => {
  assert.ok(fits(ruleOf(), notice()));
  assert.ok(!fits(ruleOf({ states: ['warning'] }), notice()));
  assert.ok(!fits(ruleOf({ models: ['other'] }), notice()));
  assert.ok(fits(ruleOf({ models: ['elec', 'Größe 1'] }), notice({ model: 'Größe 1' })));
  assert.ok(fits(ruleOf({ states: ['canary', 'drift'], roles: ['canary'] }), notice({ state: 'canary' })));
  assert.ok(!fits(ruleOf({ roles: ['canary'] }), notice()));
  assert.ok(fits(ruleOf(), notice({ state: 'deadLetter', model: '' })));
  assert.ok(!fits(ruleOf({ models: ['elec'] }), notice({ state: 'deadLetter', model: '' })));
  assert.ok(!fits({ ...ruleOf(), createdAt: NOON + 1 }, notice()));
});

test('a flood of dead letters is one record, and what was missed in a night is another', () => {
  const rules = new Map([['ops', ruleOf()]]);
  const flood = Array.from({ length: 5_000 }, (_, offset) =>
    notice({
      state: 'deadLetter',
      model: '',
      offset,
      at: offset < 2_000 ? NOON - 9 * HOUR : NOON,
      text: `${offset}`,
    }),
  );
  const raised = raise(flood, source, rules, { now: NOON, lateMs: 900_000 });
  assert.deepEqual(
    raised.map(({ groups, states, fromOffset, toOffset, texts }) => [
      groups,
      states,
      fromOffset,
      toOffset,
      texts.length,
    ]),
    [
      [['late'], { deadLetter: 2_000 }, 0, 1_999, 20],
      [['rule'], { deadLetter: 3_000 }, 2_000, 4_999, 20],
    ],
  );
});

test('one read may have more notices than a call may have arguments', () => {
  const flood = Array.from({ length: 200_000 }, (_, offset) => notice({ at: NOON + offset, offset }));
  const now = NOON + flood.length;
  const [raised, ...others] = raise(flood, source, new Map([['ops', ruleOf()]]), { now, lateMs: HOUR });
  assert.deepEqual(others, []);
  assert.deepEqual(
    [raised?.firstAt, raised?.lastAt, raised?.fromOffset, raised?.toOffset],
    [NOON, now - 1, 0, flood.length - 1],
  );
});
