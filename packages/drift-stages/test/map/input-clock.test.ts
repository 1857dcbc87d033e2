import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInputClock } from '../../src/map/input-clock.ts';

const NOW = 1_700_000_000_000;
const PAST = 800_000_000_000;
const NEVER = Number.MIN_SAFE_INTEGER;

test('where the broker sets the timestamps, a partition at its end has reached the wall clock, with a margin', () => {
  const clock = createInputClock(true, NOW);
  assert.equal(clock.atEnd(NOW), NOW - 1_000);
  clock.saw(NOW - 3_600_000, NOW);
  assert.equal(clock.atEnd(NOW + 10_000), NOW + 9_000);
});

test("where producers set the present's, it has reached what others showed a while ago, or the wall clock with a large margin", () => {
  const clock = createInputClock(false, NOW);
  clock.saw(NOW - 5_000, NOW);
  assert.equal(clock.atEnd(NOW + 1_999), NOW + 1_999 - 60_000);
  assert.equal(clock.atEnd(NOW + 2_000), NOW - 5_000);
  assert.equal(clock.atEnd(NOW + 100_000), NOW + 40_000);
});

test('timestamps of another time say only what others showed a while ago', () => {
  const clock = createInputClock(false, NOW);
  clock.saw(PAST, NOW);
  assert.equal(clock.atEnd(NOW + 1_999), NEVER);
  assert.equal(clock.atEnd(NOW + 2_000), PAST);
  clock.saw(PAST + 500, NOW + 3_000);
  clock.saw(PAST + 100, NOW + 4_000);
  assert.equal(clock.atEnd(NOW + 4_999), PAST);
  assert.equal(clock.atEnd(NOW + 5_000), PAST + 500);
  assert.equal(clock.atEnd(NOW + 1_000_000), PAST + 500, 'it does not go on by itself');
});

test('a history of another time that is read for long takes no more memory, and says the same of the last while', () => {
  const clock = createInputClock(false, NOW);
  for (let i = 0; i < 100_000; i++) clock.saw(PAST + i, NOW + 10 * i);
  const end = NOW + 10 * 99_999;
  assert.equal(clock.atEnd(end), PAST + 99_999 - 200);
  const before = clock.atEnd(NOW + 10 * 50_000);
  assert.ok(before <= PAST + 50_000 - 200, 'never more than was shown by then');
});

test('what was looked back at says how far the log had come, and nothing of whose time it is', () => {
  const past = createInputClock(false, NOW);
  past.lookedBack(PAST, NOW);
  past.lookedBack(PAST - 700, NOW + 1);
  assert.equal(past.atEnd(NOW + 1_999), NEVER);
  assert.equal(past.atEnd(NOW + 2_000), PAST);
  // A process that was down for minutes looks back at what was the present's then.
  const present = createInputClock(false, NOW);
  present.lookedBack(NOW - 600_000, NOW);
  assert.equal(present.atEnd(NOW + 299_999), NOW - 600_000);
  assert.equal(present.atEnd(NOW + 300_000), NOW + 240_000);
  const timed = createInputClock(true, NOW);
  timed.lookedBack(PAST, NOW);
  assert.equal(timed.atEnd(NOW), NOW - 1_000);
});

test('a topic that turns from the past to the present is followed', () => {
  const clock = createInputClock(false, NOW);
  clock.saw(NOW - 86_400_000, NOW);
  assert.equal(clock.atEnd(NOW + 2_000), NOW - 86_400_000);
  clock.saw(NOW + 4_000, NOW + 5_000);
  assert.equal(clock.atEnd(NOW + 7_000), NOW + 4_000);
});

test('a topic of producers without records says nothing for minutes, then it counts as of the present', () => {
  const clock = createInputClock(false, NOW);
  assert.equal(clock.atEnd(NOW + 299_999), NEVER);
  assert.equal(clock.atEnd(NOW + 300_000), NOW + 240_000);
});
