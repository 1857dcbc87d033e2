/**
 * # 8. Exactly once, by naming the input
 *
 * A relay reads a request, writes an answer, and commits. Killed between the last two, it answers
 * again after its restart: an answer may be there twice. No order of the two avoids that (the other
 * one loses answers), and Kafka's transactions would have every reader wait for them.
 *
 * driftloop makes repetitions recognisable instead. An answer names the offset of its request and
 * lies on the partition of its request. Partitions keep order and fencing keeps others out, so the
 * offsets that answers name only grow; one that is not beyond the last is a repetition. Two things
 * follow: a reader that remembers one number per partition drops repetitions, and a relay that
 * looks at its own last answer when it begins makes none.
 *
 * The next course, `packages/streams/test/course`, has a state that must survive, too.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TypedProducer } from '../../src/index.ts';
import { answerTo, type Fixture, openFixture, requestNumber, until } from '../support/fixture.ts';

const REQUESTS = 12;

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
  const requests = Array.from({ length: REQUESTS }, (_, i) => ({ ...requestNumber(i), partition: i % 4 }));
  await producer.send('inference.requests', requests);
});
after(async () => {
  await producer.close();
  await fixture.close();
});

/**
 * Answers requests. @param options.crashes the process dies right after it has written, before it
 * commits
 */
async function relay(options: { crashes?: boolean; looks?: boolean }): Promise<void> {
  let isDead = false;
  const consumer = await fixture.bus.consume({
    group: 'relay',
    topics: ['inference.requests'],
    badRecords: 'deadLetter',
    async onAssigned(_, partition) {
      if (!options.looks) return undefined;
      const [last] = await fixture.bus.tail('inference.predictions', partition, 1);
      return last && last.value.requestOffset + 1;
    },
    async onBatch({ partition, records, lastOffset, isStale }) {
      const answers = records.map(({ key, offset, value }) => ({
        key,
        partition,
        value: { ...answerTo(value.eventTime), requestPartition: partition, requestOffset: offset },
      }));
      await producer.send('inference.predictions', answers, { isVoid: isStale });
      if (options.crashes) throw new Error('killed');
      return { commit: lastOffset + 1 };
    },
    onCrash: () => {
      isDead = true;
    },
  });
  if (options.crashes) await until('it has died', () => isDead);
  else await until('all is answered', () => consumer.lag() === 0);
  await consumer.close();
}

async function answers() {
  const read = [];
  for await (const records of fixture.bus.slice('inference.predictions', { by: 'offset' }))
    read.push(...records);
  return read;
}

test('a relay that died before its commit answers again, and a reader drops what it knows', async () => {
  await relay({ crashes: true });
  const before = await answers();
  assert.ok(before.length > 0);
  assert.ok(
    (await fixture.bus.groupOffsets('relay', 'inference.requests')).every(({ offset }) => offset === -1),
  );
  await relay({});
  const written = await answers();
  assert.equal(written.length, REQUESTS + before.length, 'what was written before the crash is there twice');

  /** All that a reader must remember: per partition the last request that was answered. */
  const lastAnswered = new Map<number, number>();
  const counted = written.filter(({ partition, value }) => {
    const isRepetition = value.requestOffset <= (lastAnswered.get(partition) ?? -1);
    if (!isRepetition) lastAnswered.set(partition, value.requestOffset);
    return !isRepetition;
  });
  const ids = counted.map(({ value }) => value.requestId).sort();
  assert.deepEqual(ids, Array.from({ length: REQUESTS }, (_, i) => `r-${i}`).sort());
});

test('a relay that looks at its own last answer writes none twice', async () => {
  const before = (await answers()).length;
  const more = Array.from({ length: 8 }, (_, i) => ({ ...requestNumber(100 + i), partition: i % 4 }));
  await producer.send('inference.requests', more);

  await relay({ crashes: true, looks: true });
  assert.ok((await answers()).length > before);
  await relay({ looks: true });

  const ids = (await answers()).slice().map(({ value }) => value.requestId);
  const fresh = ids.filter((id) => more.some(({ value }) => value.requestId === id)).sort();
  assert.deepEqual(fresh, more.map(({ value }) => value.requestId).sort());
});
