import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InferencePrediction } from '@driftloop/schemas';
import { answer } from '@driftloop/spec/testing';
import { followRecentAnswers } from '../src/join/recent-answers.ts';

const NOW = 1_700_000_000_000;
/** Kafka timestamp of the last request that had been answered before. */
const LAST = NOW - 50_000;

/** Answers of two partitions as they come; before, each had ten records. */
async function setUp(most: number) {
  let hand: (records: never[]) => void = () => assert.fail('nobody follows');
  const positions = new Map([
    [0, 10],
    [1, 10],
  ]);
  const bus = {
    async follow(_topic: unknown, onRecords: (records: never[]) => void) {
      hand = onRecords;
      return {
        health: () => ({ ok: true, lastAnswerAgeMs: 0 }),
        positions: () => positions,
        close: async () => undefined,
      };
    },
  };
  const tails = [answer('x', { requestTime: LAST }), answer('y', { requestTime: LAST - 9_000 })];
  const recent = await followRecentAnswers(
    {
      ...bus,
      tail: async (_topic: unknown, partition: number) => [{ value: tails[partition] }] as never[],
    } as Parameters<typeof followRecentAnswers>[0],
    most,
    { now: () => NOW },
    (error) => assert.fail(String(error)),
  );
  const come = (...values: InferencePrediction[]) => {
    const partition = values[0]?.requestPartition ?? 0;
    const from = positions.get(partition) ?? 0;
    hand(values.map((value, i) => ({ partition, offset: from + i, value })) as never[]);
    positions.set(partition, from + values.length);
  };
  return { recent, come };
}

const at = (requestPartition: number, requestOffset: number) => ({ requestPartition, requestOffset });
const shadow = { role: 'shadow', version: 9 } as const;

test('of the first request of a partition nothing is kept: what was answered in shadow may have come before', async () => {
  const { recent, come } = await setUp(10);
  come(answer('a', { ...shadow, ...at(0, 7) }), answer('a', at(0, 7)));
  come(answer('b', { ...shadow, ...at(0, 8) }));
  come(answer('c', at(1, 8)), answer('d', at(1, 9)));
  come(answer('b', at(0, 8)));
  assert.equal(recent.find('m', 'a', 0), undefined);
  assert.deepEqual(recent.find('m', 'b', 0)?.rivals, [{ version: 9, predicted: 1 }]);
  assert.equal(recent.find('m', 'c', 0), undefined);
  assert.deepEqual(recent.find('m', 'd', 0)?.rivals, []);
  // What is not kept lies before these.
  assert.deepEqual(
    [...(recent.before() ?? [])],
    [
      [0, 12],
      [1, 11],
    ],
  );
  await recent.close();
});

test('it tells when the request came that was answered last, and how far it has read', async () => {
  const { recent, come } = await setUp(10);
  come(answer('a', { ...at(0, 7), requestTime: 100 }));
  come(answer('b', { ...shadow, ...at(0, 8), requestTime: 200 }));
  assert.deepEqual([...recent.newest()], [[0, { offset: 7, time: 100 }]]);
  assert.equal(
    recent.hasPassed([
      { partition: 0, high: 12 },
      { partition: 1, high: 10 },
    ]),
    true,
  );
  assert.equal(recent.hasPassed([{ partition: 0, high: 13 }]), false);
});

test('an answer that is not kept any more lies before what it says, however they come', async () => {
  for (const size of [1, 3, 40, 700]) {
    const { recent, come } = await setUp(64);
    const sent: { id: string; partition: number; offset: number }[] = [];
    const ends = [10, 10];
    for (let round = 0; sent.length < 1_500; round++) {
      const partition = round % 3 === 0 ? 1 : 0;
      const answers = Array.from({ length: size }, (_, i) => {
        const offset = (ends[partition] as number) + i;
        sent.push({ id: `${partition}-${offset}`, partition, offset });
        return answer(`${partition}-${offset}`, at(partition, offset));
      });
      ends[partition] = (ends[partition] as number) + size;
      come(...answers);
      const before = recent.before() ?? assert.fail('nothing is kept');
      for (const { id, partition, offset } of sent)
        assert.ok(
          recent.find('m', id, 0) !== undefined || offset < (before.get(partition) ?? 0),
          `${id} is neither kept nor before ${before.get(partition)}`,
        );
      // Not all of them are looked for elsewhere.
      const last = sent.at(-1) as (typeof sent)[0];
      if (sent.length > size * 3) assert.ok(size > 32 || (before.get(last.partition) ?? 0) <= last.offset);
    }
  }
});

test('no answer says of a time that is yet to come that it is over, nor one of a partition that is not its own', async () => {
  const { recent, come } = await setUp(10);
  come(answer('a', { ...at(0, 7), requestTime: NOW + 1e9 }));
  assert.deepEqual([...recent.newest()], [[0, { offset: 7, time: NOW }]]);
  come(answer('b', { ...at(0, 8), requestTime: 300 }), answer('c', { ...at(77, 8), requestTime: 400 }));
  assert.deepEqual([...recent.newest()], [[0, { offset: 8, time: 300 }]]);
  assert.notEqual(recent.find('m', 'c', 0), undefined);
});

test('it tells until when answers may be missing: what came before it, is the first, or had to go', async () => {
  const { recent, come } = await setUp(2);
  assert.equal(recent.lacks(), LAST + 1_000);
  const use = (offset: number, requestTime: number) =>
    answer(`r${offset}`, { ...at(0, offset), requestTime });
  come(use(7, LAST + 500), use(8, LAST + 2_500), use(9, LAST + 2_000));
  assert.equal(recent.lacks(), LAST + 1_500);
  come(use(10, LAST + 3_000));
  assert.equal(recent.lacks(), LAST + 2_500);
});

test('where none is kept it says so', async () => {
  const { recent } = await setUp(0);
  assert.equal(recent.before(), undefined);
  assert.equal(recent.lacks(), Number.POSITIVE_INFINITY);
  assert.equal(recent.hasPassed([{ partition: 0, high: 99 }]), true);
});
