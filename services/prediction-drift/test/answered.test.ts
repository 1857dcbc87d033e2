import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnswered } from '../src/answered.ts';

const NOW = 1_700_000_000_000;

/**
 * Two partitions: ends of requests and answers, and how far the inference service has come; `looks`
 * says what was asked, in order.
 */
function setUp(
  given: { requests?: number[]; low?: number; served?: number[]; answers?: number[]; last?: number } = {},
) {
  const looks: string[] = [];
  const world = {
    requests: [10, 20],
    low: 0,
    served: [10, 20],
    answers: [12, 20],
    elapsed: 0,
    last: 1e9,
    ...given,
  };
  const ends = (highs: number[], low: number) => highs.map((high, partition) => ({ partition, low, high }));
  const bus = {
    async offsets(topic: string) {
      looks.push(topic);
      return topic === 'inference.requests' ? ends(world.requests, world.low) : ends(world.answers, 0);
    },
    async groupOffsets(_group: string, topic: string) {
      looks.push(`committed of ${topic}`);
      return world.served.map((offset, partition) => ({ partition, offset }));
    },
    async tail(_topic: string, partition: number) {
      return [{ partition, offset: world.last }] as never[];
    },
  };
  const clock = {
    now: () => NOW + world.elapsed,
    monotonicMs: () => world.elapsed,
    sleep: async () => undefined,
  };
  return { answered: createAnswered(bus, clock), looks, world };
}

test('when all requests were served and their answers read, nothing from before the look can come', async () => {
  const { answered, looks } = setUp();
  assert.equal(await answered.upTo(0, 12), NOW);
  assert.equal(await answered.upTo(1, 20), NOW);
  // Each look sees at least what the one before allows; one serves all partitions.
  assert.deepEqual(looks, ['inference.requests', 'committed of inference.requests', 'inference.predictions']);
});

test('while a request may still be on its way through the inference service, nothing is said of its partition', async () => {
  const { answered } = setUp({ served: [9, 20] });
  assert.equal(await answered.upTo(0, 12), undefined);
  assert.equal(await answered.upTo(1, 20), NOW);
});

test("a group that stands before a transaction's marker has answered all requests", async () => {
  const { answered, world } = setUp({ served: [9, 20], last: 8 });
  assert.equal(await answered.upTo(0, 12), undefined);
  world.elapsed += 1_000;
  assert.equal(await answered.upTo(0, 12), NOW + 1_000);
  world.last = 9;
  world.elapsed += 1_000;
  assert.equal(await answered.upTo(0, 12), undefined);
});

test('while answers have not been read, nothing is said', async () => {
  const { answered } = setUp();
  assert.equal(await answered.upTo(0, 11), undefined);
});

test('a group that has committed nothing has answered nothing, unless nothing is kept', async () => {
  assert.equal(await setUp({ served: [-1, 20] }).answered.upTo(0, 12), undefined);
  assert.equal(await setUp({ served: [-1, 20], low: 10 }).answered.upTo(0, 12), NOW);
  assert.equal(
    await setUp({ served: [-1, 20], requests: [0, 20], answers: [0, 20] }).answered.upTo(0, 0),
    NOW,
  );
});

test('a partition that is not known yet is waited for', async () => {
  assert.equal(await setUp().answered.upTo(2, 0), undefined);
});

test('a look is as old as it is, and is taken again after a while, also when it failed', async () => {
  const { answered, looks, world } = setUp();
  await answered.upTo(0, 12);
  world.elapsed = 500;
  assert.equal(await answered.upTo(0, 12), NOW);
  world.elapsed = 501;
  world.requests = [11, 20];
  assert.equal(await answered.upTo(0, 12), undefined);
  assert.equal(looks.length, 6);
});
