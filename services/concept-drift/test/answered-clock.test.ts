import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@driftloop/service';
import { createAnsweredClock } from '../src/join/answered-clock.ts';

const NOW = 1_700_000_000_000;

interface Partition {
  high: number;
  /** Kafka timestamp of the newest request; none while there is no request. */
  newest: number | undefined;
  /** Where the inference service stands. @default at the end */
  passed?: number;
  /** The request that was answered last, as far as answers have come here. */
  answered?: { offset: number; time: number };
  /** End of its answers, and how many have come here. @default none, and all */
  answers?: number;
  read?: number;
  /** The first request from the future. @default none */
  aheadFrom?: number;
}

interface Hooks {
  /** Changes the partitions as time goes on. */
  onTick?(elapsedMs: number): void;
  onAsked?(): void;
  isEnough?(): boolean;
  isEnding?(): boolean;
}

function createWorld(partitions: Partition[], { onTick, onAsked }: Hooks = {}) {
  let elapsed = 0;
  let looks = 0;
  const clock: Clock = {
    now: () => NOW + elapsed,
    monotonicMs: () => elapsed,
    async sleep(ms) {
      elapsed += ms;
      onTick?.(elapsed);
      assert.ok(elapsed < 3_600_000, 'it waits for ever');
    },
  };
  const bus = {
    async offsets(topic: string) {
      if (topic === 'inference.predictions')
        return partitions.map(({ answers = 0 }, partition) => ({ partition, low: 0, high: answers }));
      const ends = partitions.map(({ high }, partition) => ({ partition, low: 0, high }));
      looks++;
      onAsked?.();
      return ends;
    },
    // As Kafka: the first record at or after a time, the end where there is none.
    async offsetsAt(_topic: unknown, at: number) {
      const found = partitions.map(({ high, newest, aheadFrom = high }, partition) => ({
        partition,
        offset: Math.min(aheadFrom, newest !== undefined && newest >= at ? high - 1 : high),
      }));
      onAsked?.();
      return found;
    },
    groupOffsets: async () =>
      partitions.map(({ passed, high }, partition) => ({ partition, offset: passed ?? high })),
    tail: async () => [],
  };
  const recent: Parameters<typeof createAnsweredClock>[1] = {
    newest: () =>
      new Map(partitions.flatMap(({ answered }, p) => (answered ? [[p, answered] as const] : []))),
    hasPassed: (ends) => ends.every(({ partition, high }) => (partitions[partition]?.read ?? high) >= high),
  };
  const answered = createAnsweredClock(
    bus as unknown as Parameters<typeof createAnsweredClock>[0],
    recent,
    clock,
  );
  const pass = (ms: number) => {
    elapsed += ms;
  };
  return { answered, elapsed: () => elapsed, looks: () => looks, pass };
}

const never = () => false;

/** How long `reached` waits, over these partitions. */
async function waited(time: number, partitions: Partition[], hooks: Hooks = {}): Promise<number> {
  const { answered, elapsed } = createWorld(partitions, hooks);
  await answered.reached(time, hooks.isEnding ?? (() => false), hooks.isEnough);
  return elapsed();
}

test('later requests in every partition show that all have come', async () => {
  assert.equal(
    await waited(NOW, [
      { high: 5, newest: NOW + 1 },
      { high: 9, newest: NOW + 7 },
    ]),
    0,
  );
});

test('a partition that stands still is passed by the wall clock, not before the time has passed', async () => {
  const still = await waited(NOW - 60_000, [
    { high: 5, newest: NOW },
    { high: 9, newest: NOW - 100_000 },
  ]);
  assert.ok(still >= 5_000 && still < 6_000, `${still} ms`);
  const ahead = await waited(NOW + 20_000, [{ high: 5, newest: NOW }]);
  assert.ok(ahead >= 21_000 && ahead < 22_000, `${ahead} ms`);
});

test('a time that is only just over needs no such proof', async () => {
  const just = await waited(NOW, [{ high: 5, newest: NOW - 100_000 }]);
  assert.ok(just >= 1_000 && just < 1_200, `${just} ms`);
});

test('a partition that stood still before is not watched again', async () => {
  const { answered, elapsed } = createWorld([{ high: 5, newest: NOW - 100_000 }]);
  await answered.reached(NOW - 60_000, never);
  const first = elapsed();
  await answered.reached(NOW - 50_000, never);
  assert.ok(elapsed() - first < 200, `${elapsed() - first} ms`);
});

test('while requests of another time still come, as when history is replayed, the wall clock says nothing', async () => {
  const partition = { high: 5, newest: 800_000_000_000 };
  const wait = await waited(800_000_050_000, [partition], {
    onTick(elapsed) {
      partition.high++;
      partition.newest = 800_000_000_000 + 5 * elapsed;
    },
  });
  assert.ok(wait >= 10_000 && wait < 10_200, `${wait} ms`);
});

test('a request that comes between two questions is not taken for a later one', async () => {
  const partition = { high: 5, newest: NOW - 70_000 };
  const wait = await waited(NOW - 60_000, [partition], {
    onTick(elapsed) {
      if (elapsed >= 20_000) partition.newest = NOW;
    },
    onAsked() {
      if (partition.newest < NOW) partition.high++;
    },
  });
  assert.ok(wait >= 20_000 && wait < 20_200, `${wait} ms`);
});

test('an empty topic is passed', async () => {
  assert.ok((await waited(NOW - 60_000, [{ high: 0, newest: undefined }])) < 6_000);
});

test('a request is waited for until the inference service has gone past it', async () => {
  const slow = { high: 5, newest: NOW + 10, passed: 3 };
  const wait = await waited(NOW, [slow, { high: 5, newest: NOW + 10 }], {
    onTick(elapsed) {
      if (elapsed >= 20_000) slow.passed = 4;
    },
  });
  assert.ok(wait >= 20_000 && wait < 20_200, `${wait} ms`);
});

test('after half a minute whoever waits is told what for, and can begin again', async () => {
  const slow = { high: 5, newest: NOW + 10, passed: 3 };
  const behind = waited(NOW, [{ high: 5, newest: NOW + 10 }, slow]);
  await assert.rejects(behind, {
    code: 'ANSWER_OVERDUE',
    retriable: true,
    message: /inference, which has come to 3 of 4 in partition 1 of inference\.requests/,
  });
  const ahead = waited(NOW + 60_000, [{ high: 5, newest: NOW }]);
  await assert.rejects(ahead, {
    code: 'ANSWER_OVERDUE',
    message: /requests of partition 0 of inference\.requests from after 2023-11-14T22:14:20\.000Z/,
  });
});

test('whoever gives the partition up waits no more', async () => {
  let asked = 0;
  const slow = { high: 5, newest: NOW + 10, passed: 3 };
  await assert.rejects(waited(NOW, [slow], { isEnding: () => ++asked > 3 }), {
    code: 'PARTITION_LOST',
    retriable: true,
  });
  assert.equal(asked, 4);
});

test('requests that were answered later are proof without a question, for as long as partitions are known', async () => {
  const partitions: Partition[] = [
    { high: 5, newest: NOW - 5, passed: 5 },
    { high: 9, newest: NOW - 5, passed: 9 },
  ];
  const { answered, looks, pass } = createWorld(partitions);
  await answered.reached(NOW - 20, never);
  pass(2_000);
  const before = looks();
  for (const partition of partitions) partition.passed = 0;
  (partitions[0] as Partition).answered = { offset: 4, time: NOW };
  assert.equal(answered.has(NOW - 1), false);
  (partitions[1] as Partition).answered = { offset: 8, time: NOW };
  assert.equal(answered.has(NOW - 1), true);
  assert.equal(answered.has(NOW), false);
  await answered.reached(NOW - 1, never);
  assert.equal(looks(), before);
  pass(10_000);
  assert.equal(answered.has(NOW - 1), false);
});

test('when requests of another time are answered nothing is known of that time', async () => {
  const partition: Partition = { high: 5, newest: NOW + 10, answered: { offset: 4, time: NOW + 5 } };
  const { answered, pass } = createWorld([partition]);
  await answered.reached(NOW, never);
  pass(2_000);
  assert.equal(answered.has(NOW), true);
  partition.answered = { offset: 5, time: NOW - 1_000_000 };
  assert.equal(answered.has(NOW), false);
});

test('an answer shows that its request was answered, also where nobody says how far inference has come', async () => {
  const partition: Partition = { high: 5, newest: NOW + 10, passed: 0 };
  partition.answered = { offset: 3, time: NOW - 10 };
  assert.equal(await waited(NOW, [partition]), 0);
});

test('an answer of a topic that was made anew since shows nothing', async () => {
  const partition: Partition = { high: 50, newest: NOW + 10, passed: 50 };
  partition.answered = { offset: 49, time: NOW - 10 };
  const { answered, pass, elapsed } = createWorld([partition], {
    onTick(at) {
      if (at >= 20_000) partition.answered = { offset: 6, time: NOW };
    },
  });
  await answered.reached(NOW, never);
  pass(10_000);
  [partition.high, partition.passed] = [8, 0];
  await answered.reached(NOW, never);
  assert.ok(elapsed() >= 20_000 && elapsed() < 20_200, `${elapsed()} ms`);
});

test('a request from the future says nothing of those behind it', async () => {
  const partition: Partition = { high: 5, newest: NOW + 10, aheadFrom: 2, passed: 2 };
  const wait = await waited(NOW, [partition], {
    onTick(elapsed) {
      if (elapsed >= 5_000) partition.passed = 5;
    },
  });
  assert.ok(wait >= 5_000 && wait < 5_200, `${wait} ms`);
});

test('answers that were written must have come here, as many as there are when it is asked', async () => {
  const partition: Partition = { high: 5, newest: NOW + 10, answers: 9, read: 7 };
  const wait = await waited(NOW, [partition], {
    onTick(elapsed) {
      if (elapsed >= 300) partition.read = 9;
    },
  });
  assert.ok(wait >= 300 && wait < 500, `${wait} ms`);
  // Made anew, it ends before.
  const anew: Partition = { high: 5, newest: NOW + 10, answers: 9, read: 0 };
  const again = await waited(NOW, [anew], {
    onTick(elapsed) {
      if (elapsed >= 1_000) anew.answers = 0;
    },
  });
  assert.ok(again >= 1_000 && again < 2_000, `${again} ms`);
});

test('whoever waits for answers that do not come is told, and can give up', async () => {
  const stuck: Partition = { high: 5, newest: NOW + 10, answers: 9, read: 0 };
  await assert.rejects(waited(NOW, [stuck]), {
    code: 'ANSWER_OVERDUE',
    message: /answers that are yet to be read/,
  });
  let asked = 0;
  await assert.rejects(waited(NOW, [stuck], { isEnding: () => ++asked > 1 }), { code: 'PARTITION_LOST' });
});

test('what a look has shown is known, however long Kafka took to answer', async () => {
  const world = createWorld([{ high: 5, newest: NOW + 10 }], { onAsked: () => world.pass(1_500) });
  await world.answered.reached(NOW, never);
  assert.equal(world.answered.has(NOW), true);
});

test('whoever waits can have enough', async () => {
  let asked = 0;
  const wait = await waited(NOW, [{ high: 5, newest: NOW, passed: 0 }], { isEnough: () => ++asked > 3 });
  assert.ok(wait < 200);
});
