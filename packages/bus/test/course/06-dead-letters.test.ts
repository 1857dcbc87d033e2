/**
 * # 6. Dead letters
 *
 * A record that can never be handled must not hold up those behind it for ever, nor be lost. It is
 * copied to the topic dead.letters with its bytes, its place, a code and a reason; then the
 * partition goes on, and a person can look at it, and send it again.
 *
 * Three kinds of trouble, three answers: what cannot be read, and what the handler refuses, are
 * dead letters. What passes by itself (a database that is restarting) is an error with `retriable`:
 * the partition waits and tries again, and the record is as good as before. Anything else is a bug,
 * see chapter 2.
 *
 * Next: 07-fencing.test.ts
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import type { TypedProducer } from '../../src/index.ts';
import { type Fixture, openFixture, until } from '../support/fixture.ts';
import { labels, numbersOf, TOPIC } from './labels.ts';

let fixture: Fixture;
let producer: TypedProducer;
before(async () => {
  fixture = await openFixture();
  producer = await fixture.bus.producer();
});
after(async () => {
  await producer.close();
  await fixture.close();
});

const letters = () => fixture.bus.tail('dead.letters', 0, 100);

test('what cannot be read is copied to dead.letters, and the partition goes on', async () => {
  const noise = Buffer.from('not Avro at all');
  await producer.send(TOPIC, labels(0, 0, 0));
  await producer.sendBytes(TOPIC, [{ key: null, value: noise, partition: 0 }]);
  await producer.send(TOPIC, labels(2, 2, 0));

  const read: number[] = [];
  const consumer = await fixture.bus.consume({
    group: 'reading',
    topics: [TOPIC],
    // 'skip' is for a reader beside the one that writes them.
    badRecords: 'deadLetter',
    async onBatch({ records, lastOffset }) {
      read.push(...numbersOf(records));
      return { commit: lastOffset + 1 };
    },
  });
  await until('the record behind it is read', () => read.includes(2));
  await consumer.close();
  assert.deepEqual(read, [0, 2]);

  const [letter] = await letters();
  assert.deepEqual([letter?.value.offset, letter?.value.code], [1, 'RECORD_NOT_AVRO']);
  assert.deepEqual(Buffer.from(letter?.value.value ?? []), noise);
});

/** It is written before the commit: a crash in between writes it twice rather than never. */
test('what the handler refuses is a dead letter with its reason, and with its key', async () => {
  const before = (await letters()).length;
  await producer.send(TOPIC, labels(0, 2, 1));
  const consumer = await fixture.bus.consume({
    group: 'refusing',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ partition, records, lastOffset }) {
      const refused = records.filter(({ value }) => partition === 1 && value.label === 1);
      return {
        commit: lastOffset + 1,
        deadLetters: refused.map(({ offset }) => ({
          offset,
          code: 'LABEL_INVALID' as const,
          reason: 'There is no class 1.',
        })),
      };
    },
  });
  await until('it is written', async () => (await letters()).length > before);
  await consumer.close();
  const [letter] = await fixture.bus.tail('dead.letters', 0, 1);
  assert.equal(letter?.key, 'r-1');
  assert.deepEqual([letter?.value.code, letter?.value.reason], ['LABEL_INVALID', 'There is no class 1.']);
});

test('an error that passes makes no dead letter: the batch comes again', async () => {
  const before = (await letters()).length;
  await producer.send(TOPIC, labels(5, 5, 2));
  const attempts: number[][] = [];
  let isDown = true;
  const consumer = await fixture.bus.consume({
    group: 'patient',
    topics: [TOPIC],
    badRecords: 'skip',
    async onBatch({ partition, records, lastOffset }) {
      if (partition !== 2) return {};
      attempts.push(numbersOf(records));
      if (isDown) {
        isDown = false;
        throw new DriftloopError('WAREHOUSE_UNAVAILABLE', 'It is being restarted.', { retriable: true });
      }
      return { commit: lastOffset + 1 };
    },
  });
  await until('it is tried again', () => attempts.length === 2);
  await consumer.close();
  assert.deepEqual(attempts, [[5], [5]]);
  assert.equal((await letters()).length, before);
  assert.equal((await fixture.bus.groupOffsets('patient', TOPIC))[2]?.offset, 1);
});
