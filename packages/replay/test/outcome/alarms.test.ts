import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmsBeside, alarmsOf, readMarkedDrifts } from '../../src/outcome/alarms.ts';
import { verdict } from '../verdict.ts';

test('an alarm is where the state drift begins', () => {
  const states = ['stable', 'warning', 'drift', 'drift', 'recovering', 'drift'] as const;
  const verdicts = states.map((state, i) => verdict({ state, windowEnd: i }));
  assert.deepEqual(
    alarmsOf(verdicts).map(({ windowEnd }) => windowEnd),
    [2, 5],
  );
});

test('the first alarm about a drift finds it; others, and those about none, are false', () => {
  const alarms = [5, 120, 150, 410].map((windowEnd) => ({ windowEnd }));
  const marked = [{ at: 300, until: 400 }, { at: 100 }];
  assert.deepEqual(alarmsBeside(alarms, marked), { found: 1, missed: 1, falseAlarms: 3, meanDelayMs: 20 });
  assert.deepEqual(alarmsBeside([], marked), { found: 0, missed: 2, falseAlarms: 0, meanDelayMs: null });
  assert.deepEqual(alarmsBeside(alarms, []), { found: 0, missed: 0, falseAlarms: 4, meanDelayMs: null });
});

test('marked drifts are times or stretches, and anything else is named', () => {
  assert.deepEqual(
    readMarkedDrifts('["1970-01-01T00:00:01Z", {"at": 5, "until": "1970-01-01T00:00:02Z"}]', 'f'),
    [{ at: 1_000 }, { at: 5, until: 2_000 }],
  );
  for (const [text, said] of [
    ['{', /f: this is no JSON/],
    ['{}', /f: this is no list/],
    ['[1, "soon"]', /entry 1 has the time "soon"/],
    ['[{"until": 1}]', /entry 0 has the time undefined/],
  ] as const)
    assert.throws(() => readMarkedDrifts(text, 'f'), said);
});
