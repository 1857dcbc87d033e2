import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus, BusRecord } from '@driftloop/bus';
import { noteOf } from '@driftloop/drift';
import type { DriftSketch } from '@driftloop/schemas';
import { systemClock } from '@driftloop/service';
import { createInputTopics } from '../src/input-topics.ts';

const NOW = 1_700_000_000_000;

/** A broker with one topic, on a clock that moves when it is slept on. */
function setUp() {
  const topic = { id: 'a', ends: [10, 10], asked: 0, askedAt: 0, newest: 0 };
  let now = 0;
  const slept: number[] = [];
  /** What happens while somebody waits. */
  const meanwhile: (() => void)[] = [];
  const bus: Pick<Bus, 'offsets' | 'offsetsAt' | 'topicId' | 'isAppendTime'> = {
    isAppendTime: async (name) => name !== 'inference.labels',
    topicId: async () => topic.id,
    async offsetsAt(_name, time) {
      topic.askedAt++;
      return topic.ends.map((high, partition) => ({
        partition,
        offset: time <= topic.newest ? high - 1 : high,
      }));
    },
    async offsets() {
      topic.asked++;
      return topic.ends.map((high, partition) => ({ partition, low: 0, high }));
    },
  };
  const inputs = createInputTopics(bus, {
    ...systemClock,
    monotonicMs: () => now,
    now: () => NOW + now,
    async sleep(ms) {
      now += ms;
      slept.push(ms);
      meanwhile.shift()?.();
    },
  });
  const after = (...sketches: DriftSketch[]) =>
    inputs.after(
      sketches.map((value) => ({ value, timestamp: 1_000 }) as unknown as BusRecord<'drift.sketches'>),
    );
  return { topic, slept, meanwhile, after, pass: (ms: number) => (now += ms) };
}

const chunk = (partition: number, chunkEnd: number, topicId = 'a'): DriftSketch => ({
  ...noteOf('data', [], 0),
  model: 'm',
  partition,
  chunkStart: chunkEnd - 1,
  chunkEnd,
  topicId,
});

test('the broker is asked when a record tells of more than is known, and only then', async () => {
  const { topic, after, slept } = setUp();
  assert.deepEqual((await after(chunk(0, 5))).data, { topicId: 'a', ends: [10, 10], isAppendTime: true });
  await after(chunk(1, 10), noteOf('data', [{ partition: 0, end: 10, time: 0 }], 2));
  assert.equal(topic.asked, 1);
  topic.ends = [10, 20, 30];
  assert.deepEqual((await after(chunk(1, 11))).data.ends, [10, 20, 30]);
  await after(noteOf('data', [{ partition: 2, end: 30, time: 0 }], 3));
  assert.equal(topic.asked, 2);
  topic.id = 'b';
  assert.equal((await after(chunk(0, 1, 'b'))).data.topicId, 'b');
  assert.equal((await after({ ...chunk(0, 1, 'b'), signal: 'concept' })).concept.isAppendTime, false);
  assert.deepEqual(slept, []);
});

test('a note of a time for which nobody has looked for partitions has the broker asked, once a second at most', async () => {
  const { topic, after, pass, slept } = setUp();
  const note = (time: number) => after(noteOf('data', [{ partition: 0, end: 10, time }], 2));
  await note(NOW - 1_000);
  topic.ends = [10, 10, 0];
  assert.deepEqual((await note(NOW + 500)).data.ends, [10, 10]);
  pass(999);
  assert.deepEqual((await note(NOW + 500)).data.ends, [10, 10]);
  pass(1);
  assert.deepEqual((await note(NOW)).data.ends, [10, 10], 'then somebody had looked');
  assert.deepEqual((await note(NOW + 1)).data.ends, [10, 10, 0]);
  pass(1_000);
  await after(chunk(0, 10));
  assert.equal(topic.asked, 2);
  assert.deepEqual(slept, []);
});

test('a broker that has not heard of a partition yet is asked again', async () => {
  const { topic, after, slept, meanwhile } = setUp();
  meanwhile.push(() => {
    topic.ends = [10, 10, 1];
  });
  assert.deepEqual((await after(chunk(2, 1))).data.ends, [10, 10, 1]);
  assert.deepEqual(slept, [1_000]);
});

test('what is not there is not waited for again and again', async () => {
  const { topic, after, slept, pass } = setUp();
  for (let i = 0; i < 5; i++) assert.deepEqual((await after(chunk(9, 1))).data.ends, [10, 10]);
  assert.deepEqual(slept, [1_000]);
  assert.equal(topic.asked, 6);
  pass(30_000);
  await after(chunk(9, 1));
  assert.deepEqual(slept, [1_000, 1_000]);
});

test('where producers set timestamps, a time far ahead is one only if a record has it', async () => {
  const { topic, after } = setUp();
  const hour = 3_600_000;
  const told = (times: readonly number[]) =>
    after(
      ...times.map((time) => ({
        ...noteOf('concept', [{ partition: 0, end: 1, time }], 1),
        topicId: 'a',
      })),
    );
  assert.equal((await told([hour + 1_000])).concept.newest, undefined);
  assert.equal(topic.askedAt, 0, 'within an hour clocks may differ');
  topic.newest = 5 * hour;
  assert.equal((await told([9, 2, 3, 8, 7].map((hours) => hours * hour))).concept.newest, 3 * hour);
  topic.askedAt = 0;
  assert.equal((await told([2 * hour, 3 * hour])).concept.newest, 3 * hour);
  assert.equal(topic.askedAt, 0, 'it is known');
  assert.equal((await told([5 * hour, 6 * hour])).concept.newest, 5 * hour);
  topic.newest = 7 * hour;
  assert.equal((await told([6 * hour])).concept.newest, 6 * hour);
});
