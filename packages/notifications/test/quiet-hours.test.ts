import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuiet } from '../src/index.ts';
import { isTimeZone, parseQuietHours } from '../src/quiet-hours.ts';

const quiet = (quietHours: string, timeZone: string, at: string) =>
  isQuiet({ quietHours, timeZone }, Date.parse(at));

test('quiet hours over midnight hold by the wall clock of their zone', () => {
  const berlin = (at: string) => quiet('22:00-07:00', 'Europe/Berlin', at);
  // Winter: UTC+1.
  assert.equal(berlin('2026-01-15T20:59:59Z'), false);
  assert.equal(berlin('2026-01-15T21:00:00Z'), true);
  assert.equal(berlin('2026-01-16T05:59:59Z'), true);
  assert.equal(berlin('2026-01-16T06:00:00Z'), false);
  // Summer: UTC+2.
  assert.equal(berlin('2026-07-15T20:00:00Z'), true);
  assert.equal(berlin('2026-07-16T05:00:00Z'), false);
});

test('zones that are half an hour off, and hours within a day', () => {
  assert.equal(quiet('12:00-13:30', 'Asia/Kolkata', '2026-01-15T06:30:00Z'), true);
  assert.equal(quiet('12:00-13:30', 'Asia/Kolkata', '2026-01-15T08:00:00Z'), false);
  assert.equal(quiet('', 'UTC', '2026-01-15T00:00:00Z'), false);
  assert.equal(quiet('00:00-00:01', 'UTC', '2026-01-15T00:00:59Z'), true);
});

test('the nights on which clocks are changed have their quiet hours', () => {
  // At 02:00 it is 03:00; at 03:00 it is 02:00 again.
  for (const night of ['2026-03-29', '2026-10-25'])
    for (const hour of ['00', '01', '02'])
      assert.equal(
        quiet('01:00-04:30', 'Europe/Berlin', `${night}T${hour}:15:00Z`),
        true,
        `${night} ${hour}`,
      );
});

test('what is no time is refused', () => {
  for (const text of ['24:00-07:00', '22-07', '22:00-22:00', '22:60-07:00', '22:00-07:00 ', '22:00–07:00'])
    assert.equal(parseQuietHours(text), undefined, text);
  assert.equal(isTimeZone('Europe/Berlin'), true);
  assert.equal(isTimeZone('Europe/Atlantis'), false);
});
