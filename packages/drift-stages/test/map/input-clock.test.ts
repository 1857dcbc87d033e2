import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInputClock } from '../../src/map/input-clock.ts';

const NOW = 1_700_000_000_000;
const NEVER = Number.MIN_SAFE_INTEGER;

test('where the broker sets the timestamps, a partition at its end has reached the wall clock, with a margin', () => {
  const clock = createInputClock(NOW);
  clock.saw(NOW - 3_600_000, NOW, true);
  assert.equal(clock.atEnd(NOW + 10_000), NOW + 9_000);
});

test("where producers set the present's, it has reached the wall clock with the time that a record may be on its way", () => {
  const clock = createInputClock(NOW);
  clock.saw(NOW - 59_000, NOW, false);
  assert.equal(clock.atEnd(NOW + 10_000), NOW + 8_000);
  clock.saw(NOW + 59_000, NOW, false);
  assert.equal(clock.atEnd(NOW + 10_000), NOW + 8_000);
});

test('timestamps of another time say only what others showed a while ago', () => {
  const clock = createInputClock(NOW);
  const past = 800_000_000_000;
  clock.saw(past, NOW, false);
  assert.equal(clock.atEnd(NOW + 1_999), NEVER);
  assert.equal(clock.atEnd(NOW + 2_000), past);
  clock.saw(past + 500, NOW + 3_000, false);
  clock.saw(past + 100, NOW + 4_000, false);
  assert.equal(clock.atEnd(NOW + 4_999), past);
  assert.equal(clock.atEnd(NOW + 5_000), past + 500);
  assert.equal(clock.atEnd(NOW + 1_000_000), past + 500, 'it does not go on by itself');
});

test('a history of another time that is read for long takes no more memory, and says the same of the last while', () => {
  const clock = createInputClock(NOW);
  for (let i = 0; i < 100_000; i++) clock.saw(800_000_000_000 + i, NOW + 10 * i, false);
  const end = NOW + 10 * 99_999;
  assert.equal(clock.atEnd(end), 800_000_000_000 + 99_999 - 200);
  const before = clock.atEnd(NOW + 10 * 50_000);
  assert.ok(before <= 800_000_000_000 + 50_000 - 200, 'never more than was shown by then');
});

test('a topic that turns from the past to the present is followed', () => {
  const clock = createInputClock(NOW);
  clock.saw(NOW - 86_400_000, NOW, false);
  assert.equal(clock.atEnd(NOW + 2_000), NOW - 86_400_000);
  clock.saw(NOW + 4_000, NOW + 5_000, false);
  assert.equal(clock.atEnd(NOW + 6_000), NOW + 4_000);
});

test('a topic without records shows nothing for a while; then its partitions count as of the present', () => {
  const clock = createInputClock(NOW);
  assert.equal(clock.atEnd(NOW + 29_999), NEVER);
  assert.equal(clock.atEnd(NOW + 30_000), NOW + 28_000);
});
