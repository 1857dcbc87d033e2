import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connections } from '@driftloop/connections';
import { EARLY_LABEL_MS } from '@driftloop/drift';
import type { Clock } from '@driftloop/service';
import { createServedAnswers, type ServedAnswer } from '@driftloop/spec';
import { answer } from '@driftloop/spec/testing';
import { createLabelJoin } from '../src/join/label-join.ts';

const NOW = 1_700_000_000_000;

/** A clock that stands still while nobody sleeps. @param onSleep called after each sleep */
function createClock(onSleep: (elapsedMs: number) => void = () => {}): Clock & { elapsed(): number } {
  let elapsed = 0;
  return {
    now: () => NOW + elapsed,
    monotonicMs: () => elapsed,
    async sleep(ms) {
      elapsed += ms;
      onSleep(elapsed);
      await Promise.resolve();
    },
    elapsed: () => elapsed,
  };
}

const row = (requestId: string): ServedAnswer => {
  const { model: _, servedAt: __, ...fields } = answer(requestId);
  return { ...fields, role: 'live', rivals: [] };
};

/** A log and a ClickHouse that know what the test says, and tell what they were asked. */
function createWorld() {
  const world = {
    /** Ids that ClickHouse has an answer to. */
    stored: new Set<string>(),
    /**
     * Ids of requests that ClickHouse knows and that nobody has answered or refused, with their
     * offset.
     */
    unserved: new Map<string, number>(),
    /** Whether a request has come that is later than all that a label may be about. */
    requestsReached: true,
    /** Offset that the inference service has gone past. */
    served: 0,
    asked: [] as string[][],
    waits: [] as string[],
    reachedAsked: [] as number[],
  };
  const connections = {
    bus: {
      offsets: async () => [{ partition: 0, low: 0, high: 7 }],
      async offsetsAt(_topic: string, time: number) {
        world.reachedAsked.push(time);
        return [{ partition: 0, offset: world.requestsReached ? 6 : 7 }];
      },
      groupOffsets: async () => [{ partition: 0, offset: world.served }],
    },
    warehouse: {
      async predictionsFor(_model: string, ids: readonly string[]) {
        world.asked.push([...ids]);
        return ids.filter((id) => world.stored.has(id)).map(row);
      },
      async waitForIngest(topic: string) {
        world.waits.push(topic);
      },
      unserved: async (_model: string, ids: readonly string[]) =>
        ids.flatMap((requestId) => {
          const offset = world.unserved.get(requestId);
          return offset === undefined ? [] : [{ requestId, partition: 0, offset }];
        }),
    },
  } as unknown as Pick<Connections, 'bus' | 'warehouse'>;
  return { world, connections };
}

const labels = (...ids: string[]) => ids.map((requestId) => ({ requestId, timestamp: NOW - 60_000 }));

test('answers in memory are found without ClickHouse', async () => {
  const { world, connections } = createWorld();
  const recent = createServedAnswers(10);
  recent.add([answer('a'), answer('b')]);
  const found = await createLabelJoin(connections, recent, createClock()).answersFor(
    'm',
    labels('a', 'b', 'a'),
  );
  assert.deepEqual([...found.keys()], ['a', 'b']);
  assert.deepEqual(world.asked, []);
});

test('ClickHouse is asked for those that are not in memory, and only for those', async () => {
  const { world, connections } = createWorld();
  world.stored.add('old');
  const recent = createServedAnswers(10);
  recent.add([answer('new')]);
  const found = await createLabelJoin(connections, recent, createClock()).answersFor(
    'm',
    labels('old', 'new'),
  );
  assert.deepEqual([...found.keys()].sort(), ['new', 'old']);
  assert.deepEqual(world.asked, [['old']]);
  assert.deepEqual(world.waits, []);
});

test('a label a little ahead of its answer waits for it in memory, not for ClickHouse', async () => {
  const { world, connections } = createWorld();
  const recent = createServedAnswers(10);
  const clock = createClock((elapsed) => elapsed >= 60 && recent.add([answer('a')]));
  const found = await createLabelJoin(connections, recent, clock).answersFor('m', labels('a'));
  assert.equal(found.has('a'), true);
  assert.deepEqual(world.waits, []);
});

/** ClickHouse takes in the answer to 'late' only when it is waited for. */
function createSlowWorld() {
  const { world, connections } = createWorld();
  const { warehouse } = connections;
  const slow = {
    ...connections,
    warehouse: {
      ...warehouse,
      async waitForIngest(topic: 'inference.requests' | 'inference.predictions', ends: never[]) {
        if (topic === 'inference.predictions') world.stored.add('late');
        await warehouse.waitForIngest(topic, ends);
      },
    },
  } as unknown as typeof connections;
  return { world, connections: slow };
}

test('before an answer counts as missing, ClickHouse has taken in what Kafka held', async () => {
  const { world, connections } = createSlowWorld();
  const join = createLabelJoin(connections, createServedAnswers(10), createClock());
  assert.deepEqual([...(await join.answersFor('m', labels('late', 'never'))).keys()], ['late']);
  assert.deepEqual(world.waits, ['inference.predictions', 'inference.requests', 'inference.predictions']);
});

test('an answer that ClickHouse is about to take in is not waited for as an early label is', async () => {
  const { world, connections } = createSlowWorld();
  world.requestsReached = false;
  const clock = createClock();
  const join = createLabelJoin(connections, createServedAnswers(10), clock);
  assert.deepEqual([...(await join.answersFor('m', labels('late'))).keys()], ['late']);
  assert.deepEqual(world.reachedAsked, []);
  assert.ok(clock.elapsed() < 1_000);
});

test('a label is not unmatched before the requests have come that it may be about, in the time of the log', async () => {
  const { world, connections } = createWorld();
  world.requestsReached = false;
  const clock = createClock((elapsed) => {
    if (elapsed < 3_000) return;
    world.requestsReached = true;
    world.stored.add('early');
  });
  const join = createLabelJoin(connections, createServedAnswers(10), clock);
  const now = [{ requestId: 'early', timestamp: NOW }];
  assert.equal((await join.answersFor('m', now)).has('early'), true);
  assert.equal(world.reachedAsked[0], NOW + EARLY_LABEL_MS);
});

test('a request that is known is waited for until the inference service has gone past it, however long that takes', async () => {
  const { world, connections } = createWorld();
  world.unserved.set('slow', 4);
  world.served = 4;
  const clock = createClock((elapsed) => {
    if (elapsed < 600_000) return;
    world.served = 5;
    world.stored.add('slow');
  });
  const join = createLabelJoin(connections, createServedAnswers(10), clock);
  assert.equal((await join.answersFor('m', labels('slow'))).has('slow'), true);
  assert.ok(clock.elapsed() >= 600_000);
});

test('a request that the inference service went past without an answer is not waited for', async () => {
  const { world, connections } = createWorld();
  world.unserved.set('lost', 4);
  world.served = 5;
  const clock = createClock();
  const join = createLabelJoin(connections, createServedAnswers(10), clock);
  assert.equal((await join.answersFor('m', labels('lost'))).size, 0);
  assert.ok(clock.elapsed() < 10_000);
});

test('an answer that comes while the requests without one are asked for is found', async () => {
  const { world, connections } = createWorld();
  world.unserved.set('late', 3);
  const { unserved } = connections.warehouse;
  connections.warehouse.unserved = async (...asked) => {
    // It is stored as answered between the look at the answers and this one.
    world.stored.add('late');
    world.unserved.delete('late');
    return unserved(...asked);
  };
  const join = createLabelJoin(connections, createServedAnswers(), createClock());
  assert.deepEqual([...(await join.answersFor('m', labels('late'))).keys()], ['late']);
});
