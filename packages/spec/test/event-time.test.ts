import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aheadEventTime,
  eventTimeRefusal,
  invalidEventTime,
  isEventTime,
  isEventTimeAhead,
  LATEST_EVENT_TIME,
  mostAheadMs,
} from '../src/index.ts';

const WINDOW = { lengthMs: 1_000, allowedAheadMs: 0 };
const NOW = Date.UTC(2026, 0, 1);

test('an event time is a whole number of milliseconds from 1970 until before 2200', () => {
  for (const time of [0, 1, NOW, LATEST_EVENT_TIME]) assert.ok(isEventTime(time), String(time));
  const none = [
    -1,
    -(2 ** 53),
    0.5,
    LATEST_EVENT_TIME + 1,
    Date.UTC(2262, 3, 12),
    Date.UTC(2299, 11, 31),
    8.64e15,
  ];
  for (const time of [...none, Number.NaN, Number.POSITIVE_INFINITY])
    assert.ok(!isEventTime(time), String(time));
  assert.equal(new Date(LATEST_EVENT_TIME).toISOString(), '2199-12-31T23:59:59.999Z');
});

test('what lies ahead by more than the setting is refused; 0 is one window', () => {
  assert.equal(mostAheadMs(WINDOW), 1_000);
  assert.equal(mostAheadMs({ ...WINDOW, allowedAheadMs: 7 }), 7);
  assert.equal(isEventTimeAhead(NOW + 1_000, NOW, WINDOW), false);
  assert.equal(isEventTimeAhead(NOW + 1_001, NOW, WINDOW), true);
});

test('a timestamp that is unknown is no reason to refuse, an event time that is none always', () => {
  for (const timestamp of [-1, 0, Date.UTC(2000, 0, 1) - 1]) {
    assert.equal(eventTimeRefusal(NOW, timestamp, WINDOW), undefined);
    assert.equal(eventTimeRefusal(-1, timestamp, WINDOW), 'EVENT_TIME_INVALID');
  }
  assert.equal(eventTimeRefusal(NOW, Date.UTC(2000, 0, 1), WINDOW), 'EVENT_TIME_AHEAD');
});

test('what is wrong is said with both times and what to do', () => {
  assert.match(invalidEventTime(-5), /^Event time -5 is none: .*from 0 to 7258118399999/);
  const ahead = aheadEventTime(NOW + 5_000, NOW, WINDOW);
  assert.match(ahead, /^Event time 2026-01-01T00:00:05\.000Z .*1000 ms .*\(2026-01-01T00:00:00\.000Z\)/);
  assert.match(aheadEventTime(9e15, NOW, WINDOW), /^Event time 9000000000000000 ms lies/);
});
