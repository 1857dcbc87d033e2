import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueText } from './chart/value-text.ts';
import { count, figure, likely, percent } from './number-text.ts';
import { ago, duration, fieldTime, momentText, rowsText, spanOfFields, spanText } from './time-text.ts';

test('lengths of time are told in their largest unit', () => {
  assert.equal(duration(0), '0 ms');
  assert.equal(duration(59_999), '60 s');
  assert.equal(duration(90_000), '1.5 min');
  assert.equal(duration(6_000_000), '1.7 h');
  assert.equal(duration(12 * 86_400_000), '12 d');
  assert.equal(ago(-5), 'now');
  assert.equal(ago(3_000), '3 s ago');
});

test('moments are told in the zone of who reads', () => {
  const at = Date.UTC(2026, 2, 1, 23, 30);
  assert.match(momentText(at, 'UTC'), /1 Mar 2026.*23:30/);
  assert.match(momentText(at, 'Europe/Zurich'), /2 Mar 2026.*00:30/);
  assert.match(spanText(at, at + 60_000, 'UTC'), /23:30.23:31$/);
  assert.match(rowsText(at, at + 60_000, 'UTC'), /^Rows of .*23:30.23:31$/);
  assert.equal(rowsText(0, Date.UTC(2299, 11, 31)), 'All rows');
});

test('shares, counts and figures are told as what they are', () => {
  assert.equal(percent(0.1234), '12.3 %');
  assert.equal(count(1_234_567), '1,234,567');
  assert.equal(likely(0.999), 'over 99 %');
  assert.equal(likely(0.001), 'under 1 %');
  assert.equal(likely(0.5), '50 %');
  assert.equal(figure('recentAccuracy', 0.96875), '96.88 %');
  assert.equal(figure('loss', 0.123456), '0.1235');
  assert.equal(figure('rows', 2_000), '2,000');
});

test('a field that says nothing leaves its end of a span open', () => {
  assert.deepEqual(spanOfFields('', fieldTime(300_000)), { to: 300_000 });
  assert.deepEqual(spanOfFields(fieldTime(60_000), ''), { from: 60_000 });
  assert.deepEqual(spanOfFields('', ''), {});
});

test('values of a chart are shares or numbers of four digits, and none is a dash', () => {
  assert.equal(valueText(0.1234, true), '12.3 %');
  assert.equal(valueText(0.123456, false), '0.1235');
  assert.equal(valueText(null, true), '–');
  assert.equal(valueText(undefined, false), '–');
});
