import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DriftSketch } from '@driftloop/schemas';
import { noteOf } from '../../src/index.ts';
import { type InputFacts, inputProblem, timeAhead } from '../../src/windows/input-facts.ts';

const HOUR_MS = 3_600_000;
const NOW = 500 * HOUR_MS;
const input: InputFacts = { topicId: 'a', ends: [100, 50], isAppendTime: true };
const state = { topicId: 'a', before: ['b'] };
const chunk: DriftSketch = {
  ...noteOf('data', [], 0),
  model: 'm',
  topicId: 'a',
  partition: 1,
  chunkStart: 40,
  chunkEnd: 50,
  logTime: NOW,
};
const note = (partition: number, end: number, time: number, partitions = 2): DriftSketch => ({
  ...noteOf('data', [{ partition, end, time }], partitions),
  topicId: 'a',
});
const problemOf = (sketch: DriftSketch, facts: Partial<InputFacts> = {}, known = state) =>
  inputProblem(sketch, known, { timestamp: NOW, input: { ...input, ...facts } });

test('what a drift service writes of the topic is so, with a clock that is a little ahead, too', () => {
  assert.equal(problemOf(chunk), undefined);
  assert.equal(problemOf({ ...chunk, topicId: '' }), undefined);
  assert.equal(problemOf({ ...chunk, logTime: NOW + HOUR_MS }), undefined);
  assert.equal(problemOf(note(1, 50, NOW)), undefined);
});

test('a partition, an offset or a time that the topic does not have is named', () => {
  assert.match(problemOf({ ...chunk, partition: 2 }) ?? '', /has 2 partitions, and no partition 2/);
  assert.match(problemOf({ ...chunk, chunkEnd: 51 }) ?? '', /partition 1 of its input ends at offset 50/);
  assert.match(problemOf({ ...chunk, logTime: NOW + HOUR_MS + 1 }) ?? '', /more than an hour after/);
  assert.match(problemOf(note(0, 1, NOW, 3)) ?? '', /has 2 partitions, not 3/);
  assert.match(problemOf(note(2, 0, NOW)) ?? '', /no partition 2/);
  assert.match(problemOf(note(0, 101, NOW)) ?? '', /ends at offset 100/);
  assert.match(problemOf(note(0, 1, NOW + HOUR_MS + 1)) ?? '', /more than an hour after/);
});

test('a partition that was added is there, and so are its offsets', () => {
  assert.equal(problemOf({ ...chunk, partition: 2 }, { ends: [100, 50, 50] }), undefined);
  assert.equal(problemOf(note(2, 1, NOW, 3), { ends: [100, 50, 50] }), undefined);
});

test("producers' own timestamps may be any", () => {
  const isAppendTime = false;
  assert.equal(problemOf({ ...chunk, logTime: 9e15 }, { isAppendTime }), undefined);
});

test("producers' own timestamps lie as far ahead as those of the input do, where that was looked up", () => {
  const facts = { isAppendTime: false, newest: NOW + 5 * HOUR_MS };
  assert.equal(problemOf(note(0, 1, NOW + 5 * HOUR_MS), facts), undefined);
  assert.match(problemOf(note(0, 1, NOW + 5 * HOUR_MS + 1), facts) ?? '', /more than an hour after/);
  assert.match(problemOf({ ...chunk, logTime: 9e15 }, facts) ?? '', /more than an hour after/);
  assert.equal(problemOf(note(0, 1, NOW + HOUR_MS), { ...facts, newest: 0 }), undefined);
});

test('a record that lies further ahead of itself than clocks do tells of a time to look up', () => {
  assert.equal(timeAhead(note(0, 1, NOW + HOUR_MS), NOW), undefined);
  assert.equal(timeAhead(note(0, 1, NOW + HOUR_MS + 1), NOW), NOW + HOUR_MS + 1);
  assert.equal(timeAhead({ ...chunk, logTime: 9e15 }, NOW), 9e15);
  assert.equal(timeAhead({ ...chunk, model: '', logTime: 9e15 }, NOW), undefined, 'nobody believes it');
});

test('of a topic that is gone nothing is known, and none that is not there takes the place of one that is', () => {
  const far = { partition: 7, chunkEnd: 10_000 };
  assert.equal(problemOf({ ...chunk, ...far, topicId: 'b' }), undefined, 'one that was there before');
  assert.match(problemOf({ ...chunk, topicId: 'c' }) ?? '', /no topic 'c'/);
  assert.equal(problemOf({ ...chunk, topicId: 'c' }, { topicId: 'c' }), undefined, 'one made anew');
  // Reading history again: the topic of now is not come to yet.
  assert.equal(problemOf({ ...chunk, ...far }, { topicId: 'c' }), undefined);
  assert.equal(problemOf({ ...chunk, topicId: 'x' }, { topicId: 'c' }), undefined);
  assert.equal(problemOf({ ...chunk, topicId: 'x' }, { topicId: '' }), undefined, 'brokers that know no ids');
});
