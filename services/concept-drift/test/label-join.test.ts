import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connections } from '@driftloop/connections';
import { EARLY_LABEL_MS } from '@driftloop/drift';
import type { Clock } from '@driftloop/service';
import { type AskingLabel, createServedAnswers } from '@driftloop/spec';
import { answer } from '@driftloop/spec/testing';
import { createLabelJoin } from '../src/join/label-join.ts';
import type { RecentAnswers } from '../src/join/recent-answers.ts';

const NOW = 1_700_000_000_000;
const LABEL = NOW - 60_000;

type Stored = ReturnType<typeof answer>;

/** An answer to a request that came so long before NOW, ms. */
const use = (requestId: string, agoMs: number, version = 1): Stored =>
  answer(requestId, { requestTime: NOW - agoMs, requestOffset: NOW - agoMs, version });

/**
 * One partition whose requests end in the log's time at `reached`, and have been answered up to
 * `served`. What is in memory, and what ClickHouse has, says the test.
 * @param onSleep called after each sleep
 */
function createWorld(onSleep: (elapsedMs: number) => void = () => {}) {
  let elapsed = 0;
  const clock: Clock = {
    now: () => NOW + elapsed,
    monotonicMs: () => elapsed,
    async sleep(ms) {
      elapsed += ms;
      assert.ok(elapsed < 3_600_000, 'it waits for ever');
      onSleep(elapsed);
    },
  };
  const world = {
    /** Times until which requests have come, and until which they were answered. */
    reached: Number.POSITIVE_INFINITY,
    served: Number.POSITIVE_INFINITY,
    memory: [] as Stored[],
    stored: [] as Stored[],
    /** End of what is not in memory, and until when answers may be missing there. */
    before: 5,
    lacks: Number.NEGATIVE_INFINITY,
    /** Called while ClickHouse is waited for. */
    onWait: () => {},
    find: undefined as RecentAnswers['find'] | undefined,
    asked: [] as string[][],
    waits: [] as number[],
    elapsed: () => elapsed,
  };
  // Offset n is the request of time n; the topic ends at `reached`.
  const end = () => Math.min(world.reached, 1e15);
  const bus = {
    offsets: async (topic: string) => [
      { partition: 0, low: 0, high: topic === 'inference.requests' ? end() : 7 },
    ],
    offsetsAt: async (_topic: string, time: number) => [{ partition: 0, offset: Math.min(time, end()) }],
    groupOffsets: async () => [{ partition: 0, offset: Math.min(world.served, end()) }],
    tail: async () => [],
  };
  const warehouse = {
    async predictionsFor(model: string, labels: readonly AskingLabel[]) {
      world.asked.push(labels.map(({ requestId }) => requestId));
      const kept = createServedAnswers();
      kept.add(world.stored);
      return labels.map(({ requestId, timestamp }) => kept.find(model, requestId, timestamp));
    },
    async waitForIngest(_topic: string, [end]: readonly { readonly offset: number }[]) {
      world.waits.push(end?.offset ?? -1);
      world.onWait();
    },
  };
  const before = new Map<number, number>();
  const recent: RecentAnswers = {
    find(model, requestId, time) {
      if (world.find) return world.find(model, requestId, time);
      const kept = createServedAnswers();
      kept.add(world.memory);
      return kept.find(model, requestId, time);
    },
    newest: () => new Map(),
    hasPassed: () => true,
    // The same map, as it grows.
    before: () => before.set(0, world.before),
    lacks: () => world.lacks,
    close: async () => undefined,
  };
  const join = createLabelJoin({ bus, warehouse } as unknown as Connections, recent, clock);
  /** Versions that labels find, of one time or each of its own. */
  const versions = async (...labels: (string | [string, number])[]) => {
    const asking = labels.map((label) =>
      typeof label === 'string'
        ? { requestId: label, timestamp: LABEL }
        : { requestId: label[0], timestamp: label[1] },
    );
    return (await join.answersFor('m', asking, () => false)).map((found) => found?.version);
  };
  return { world, versions, join };
}

test('answers in memory are found without ClickHouse', async () => {
  const { world, versions } = createWorld();
  world.memory = [use('a', 70_000, 1), use('b', 70_000, 2)];
  assert.deepEqual(await versions('b', 'a', 'b'), [2, 1, 2]);
  assert.deepEqual(world.asked, []);
  assert.equal(world.elapsed(), 0);
});

test('ClickHouse is asked for those that are not in memory, and only for those, once it has read what memory lacks', async () => {
  const { world, versions } = createWorld();
  world.memory = [use('new', 70_000, 1)];
  world.stored = [use('old', 900_000, 2)];
  assert.deepEqual(await versions('old', 'new'), [2, 1]);
  assert.deepEqual(await versions('old'), [2]);
  world.before = 6;
  assert.deepEqual(await versions('old'), [2]);
  // Never beyond the end: the offsets may be those of a topic that was made anew.
  world.before = 99;
  assert.deepEqual(await versions('old'), [2]);
  assert.deepEqual(world.asked, [['old'], ['old'], ['old'], ['old']]);
  assert.deepEqual(world.waits, [5, 6, 7]);
});

test('what goes from memory while ClickHouse is waited for is waited for the next time', async () => {
  const { world, versions } = createWorld();
  world.stored = [use('old', 900_000)];
  world.onWait = () => {
    world.before = 6;
  };
  await versions('old');
  await versions('old');
  assert.deepEqual(world.waits, [5, 6]);
});

test('where memory may lack an answer to a later request of another partition, ClickHouse is asked for it', async () => {
  const { world, versions } = createWorld();
  world.memory = [use('a', 80_000, 1)];
  world.stored = [use('a', 80_000, 1), use('a', 70_000, 2)];
  world.lacks = NOW - 69_000;
  assert.deepEqual(await versions('a'), [2]);
  world.lacks = NOW - 81_000;
  assert.deepEqual(await versions('a'), [1]);
});

test('of an id that is used again a label finds the newest request before it, wherever it is kept', async () => {
  const uses = [use('a', 900_000, 1), use('a', 300_000, 2), use('a', 100_000, 3), use('a', 20_000, 4)];
  // As many of the newest as are in memory: those before are in ClickHouse, as is what was read
  // since.
  for (let inMemory = 0; inMemory <= uses.length; inMemory++) {
    const { world, versions } = createWorld();
    world.memory = uses.slice(uses.length - inMemory);
    world.stored = uses.slice(0, uses.length - inMemory + (inMemory % 2));
    const labels = [910_000, 899_000, 300_000, 299_999, 60_000, 20_000].map((ago): [string, number] => [
      'a',
      NOW - ago,
    ]);
    assert.deepEqual(await versions(...labels), [1, 1, 2, 2, 3, 4], `${inMemory} in memory`);
  }
});

test('no answer is chosen while a request that came before the label is on its way', async () => {
  const { world, versions } = createWorld((elapsed) => {
    if (elapsed < 20_000) return;
    world.memory.push(use('a', 61_000, 2));
    world.served = NOW;
  });
  world.memory = [use('a', 90_000, 1)];
  world.served = NOW - 61_500;
  assert.deepEqual(await versions('a'), [2]);
});

test('a label a little ahead of its request waits for it, not for all that may come, and not before ClickHouse knows of none that is older', async () => {
  const { world, versions } = createWorld((elapsed) => {
    if (elapsed < 60) return;
    world.reached = world.served = LABEL + 1_000;
    world.memory = [use('a', 59_500)];
  });
  world.reached = world.served = LABEL + 2;
  assert.deepEqual(await versions('a'), [1]);
  assert.ok(world.elapsed() < 1_000);
  assert.deepEqual(world.asked, [['a']]);
});

test('so many labels may be early at once as a call may not have arguments', async () => {
  const { world, join } = createWorld();
  const ids = Array.from({ length: 150_000 }, (_, i) => `r${i}`);
  const kept = createServedAnswers();
  kept.add(ids.map((id) => use(id, 59_500)));
  world.find = kept.find;
  const asking = ids.map((requestId) => ({ requestId, timestamp: LABEL }));
  const found = await join.answersFor('m', asking, () => false);
  assert.ok(found.every((answer) => answer?.version === 1));
});

test('of an early label and an older request of its id the older counts', async () => {
  const { world, versions } = createWorld();
  world.memory = [use('a', 59_500, 2)];
  world.stored = [use('a', 500_000, 1)];
  assert.deepEqual(await versions('a'), [1]);
});

test('a label is not unmatched before the requests have come that it may be about, in the time of the log', async () => {
  const { world, versions } = createWorld((elapsed) => {
    if (elapsed < 3_000) return;
    world.reached = world.served = LABEL + EARLY_LABEL_MS + 2;
    world.stored = [use('early', 60_000 - EARLY_LABEL_MS)];
  });
  world.reached = world.served = LABEL + EARLY_LABEL_MS - 1_000;
  assert.deepEqual(await versions('early', 'never'), [1, undefined]);
  assert.ok(world.elapsed() >= 3_000);
});

test('a request that the inference service went past without an answer is not waited for', async () => {
  const { world, versions } = createWorld();
  assert.deepEqual(await versions('lost'), [undefined]);
  assert.ok(world.elapsed() < 200, `${world.elapsed()} ms`);
});

test('a label from the future does not hold up the others', async () => {
  const { world, versions } = createWorld();
  world.memory = [use('a', 70_000)];
  world.reached = world.served = NOW - 1;
  assert.deepEqual(await versions(['never', NOW + 3_600_000], 'a'), [undefined, 1]);
  assert.ok(world.elapsed() <= EARLY_LABEL_MS + 2_000, `${world.elapsed()} ms`);
});

test('a label without a time waits for what has come by now', async () => {
  const { world, versions } = createWorld((elapsed) => {
    if (elapsed < 300) return;
    world.served = Number.POSITIVE_INFINITY;
    world.memory = [use('a', 1)];
  });
  world.served = NOW - 10;
  assert.deepEqual(await versions(['a', -1]), [1]);
});

test('a label without a time finds the first request of all', async () => {
  const { world, versions } = createWorld();
  world.memory = [use('a', 70_000, 2)];
  world.stored = [use('a', 90_000, 1), use('a', 70_000, 2)];
  assert.deepEqual(await versions(['a', -1], ['never', -1]), [1, undefined]);
});
