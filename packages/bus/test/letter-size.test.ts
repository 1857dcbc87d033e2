import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeadLetter, TopicName } from '@driftloop/schemas';
import { Codec, type SchemaSource } from '../src/codec/codec.ts';
import { createDeadLetterWriter } from '../src/dead-letters.ts';
import type { TypedProducer } from '../src/index.ts';
import { RawRecord } from '../src/protocol/raw-record.ts';
import { maxRecordBytes } from '../src/topics.ts';

interface Sent {
  readonly key: string;
  readonly value: DeadLetter;
}

/** What becomes of a record, as it would be sent, and its size. */
async function letterOf(key: Buffer, value: Buffer, reason: string): Promise<Sent & { size: number }> {
  const sent: Sent[] = [];
  const producer = {
    send: async (_topic: TopicName, letters: readonly Sent[]) => void sent.push(...letters),
  } as unknown as TypedProducer;
  const writer = createDeadLetterWriter({ clientId: 'inference', producer: () => producer });
  const bytes = Buffer.concat([key, value]);
  const raw = new RawRecord(5, 0, bytes, 0, key.length, key.length, value.length);
  await writer.write('inference.requests', 0, [{ raw, code: 'MODEL_UNKNOWN', reason }]);
  const [letter] = sent;
  assert.ok(letter);
  const { keyLength, valueLength } = new Codec({} as SchemaSource).encode(
    'dead.letters',
    letter.key,
    letter.value,
    1,
  );
  return { ...letter, size: keyLength + valueLength };
}

const MB = 1_000_000;

test('whatever is refused fits into a dead letter', async () => {
  const names = [0, 10, 0.6 * MB, 0.95 * MB, 1.04 * MB, 1.9 * MB, 2.1 * MB, 5 * MB];
  for (const fill of ['a', '\u00ff', '\uffff'])
    for (const key of names)
      for (const value of names)
        for (const reason of [10, 1.04 * MB]) {
          const { size } = await letterOf(
            Buffer.alloc(key, fill, 'latin1'),
            Buffer.alloc(value),
            fill.repeat(reason),
          );
          assert.ok(size <= maxRecordBytes('dead.letters'), `${fill} ${key} ${value} ${reason}: ${size}`);
        }
});

test('a reason that quotes a long name is cut; the record itself is kept', async () => {
  const value = Buffer.alloc(1.04 * MB, 'v');
  const letter = await letterOf(Buffer.from('r'), value, `No model '${'m'.repeat(MB)}'.`);
  assert.deepEqual([letter.key, letter.value.reason.length], ['r', 2_000]);
  assert.ok(value.equals(letter.value.value ?? Buffer.alloc(0)));
});

test('of a key that is too large its beginning is kept', async () => {
  const { key, value } = await letterOf(Buffer.alloc(2.1 * MB, 'k'), Buffer.from('x'), 'no');
  assert.equal(key, 'k'.repeat(1_000));
  assert.deepEqual([value.key, value.value, value.offset], [null, null, 5]);
  assert.match(value.reason, /^no \(Too large to be kept here/);
});
