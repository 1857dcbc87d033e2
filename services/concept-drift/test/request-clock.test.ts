import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '@driftloop/service';
import { createRequestClock } from '../src/join/request-clock.ts';

const NOW = 1_700_000_000_000;

interface Partition {
  high: number;
  /** Kafka timestamp of the newest request; none while there is no request. */
  newest: number | undefined;
}

/** How long `reached` waits, over these partitions. @param onTick changes them as time goes on */
async function waited(
  time: number,
  partitions: Partition[],
  onTick: (elapsedMs: number) => void = () => {},
  onAsked: () => void = () => {},
): Promise<number> {
  let elapsed = 0;
  const clock: Clock = {
    now: () => NOW + elapsed,
    monotonicMs: () => elapsed,
    async sleep(ms) {
      elapsed += ms;
      onTick(elapsed);
      assert.ok(elapsed < 3_600_000, 'it waits for ever');
    },
  };
  const bus = {
    async offsets() {
      const ends = partitions.map(({ high }, partition) => ({ partition, low: 0, high }));
      onAsked();
      return ends;
    },
    // As Kafka: the first record at or after a time, the end where there is none.
    async offsetsAt(_topic: unknown, at: number) {
      const found = partitions.map(({ high, newest }, partition) => ({
        partition,
        offset: newest !== undefined && newest >= at ? high - 1 : high,
      }));
      onAsked();
      return found;
    },
  };
  await createRequestClock(bus as Parameters<typeof createRequestClock>[0], clock).reached(time);
  return elapsed;
}

test('later requests in every partition show that all have come', async () => {
  assert.equal(
    await waited(NOW, [
      { high: 5, newest: NOW },
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
  const ahead = await waited(NOW + 30_000, [{ high: 5, newest: NOW }]);
  assert.ok(ahead >= 31_000 && ahead < 32_000, `${ahead} ms`);
});

test('while requests of another time still come, as when history is replayed, the wall clock says nothing', async () => {
  const partition = { high: 5, newest: 800_000_000_000 };
  const wait = await waited(800_000_050_000, [partition], (elapsed) => {
    partition.high++;
    partition.newest = 800_000_000_000 + 5 * elapsed;
  });
  assert.equal(wait, 10_000);
});

test('a request that comes between two questions is not taken for a later one', async () => {
  const partition = { high: 5, newest: NOW - 70_000 };
  const wait = await waited(
    NOW - 60_000,
    [partition],
    (elapsed) => {
      if (elapsed >= 20_000) partition.newest = NOW;
    },
    () => {
      if (partition.newest < NOW) partition.high++;
    },
  );
  assert.equal(wait, 20_000);
});

test('an empty topic is passed', async () => {
  assert.ok((await waited(NOW - 60_000, [{ high: 0, newest: undefined }])) < 6_000);
});
