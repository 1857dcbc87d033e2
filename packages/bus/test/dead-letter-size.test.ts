import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCHEMAS } from '@driftloop/schemas';
import { avroType } from '../src/codec/avro-type.ts';
import { createDeadLetterWriter } from '../src/dead-letters.ts';
import type { TypedProducer } from '../src/producer/typed-producer.ts';
import type { RawRecord } from '../src/protocol/raw-record.ts';
import { maxRecordBytes } from '../src/topics.ts';

const TYPE = avroType(SCHEMAS['dead.letters']);
/** As long as a record of an input topic may be. */
const MOST = 1_000_000;

/** The dead letter of a record, and how long it is. */
async function letterOf(key: Buffer, value: Buffer, reason: string) {
  const letters: { key: string; value: Parameters<typeof TYPE.toBuffer>[0] & { reason: string } }[] = [];
  const producer = { send: async (_: string, sent: typeof letters) => void letters.push(...sent) };
  const writer = createDeadLetterWriter({
    clientId: 'test',
    producer: () => producer as unknown as TypedProducer,
  });
  const raw = { key, value, offset: 7 } as unknown as RawRecord;
  await writer.write('inference.requests', 0, [{ raw, code: 'ANSWER_INVALID', reason }]);
  const [letter] = letters;
  assert.ok(letter);
  return { ...letter, bytes: Buffer.byteLength(letter.key) + 5 + TYPE.toBuffer(letter.value).length };
}

test('a dead letter fits into a record, whatever its record and reason are', async () => {
  const text = (bytes: number) => Buffer.alloc(bytes, 'k');
  const noText = (bytes: number) => Buffer.alloc(bytes, 0xff);
  const reasons = ['short', 'r'.repeat(MOST), '語'.repeat(MOST / 3)];
  for (const [key, value] of [
    [text(0), text(MOST)],
    [text(MOST / 2), text(MOST / 2)],
    [text(MOST), text(0)],
    [noText(MOST / 2), text(MOST / 2)],
    [noText(MOST), text(0)],
  ] as const)
    for (const reason of reasons) {
      const { bytes } = await letterOf(key, value, reason);
      assert.ok(bytes <= maxRecordBytes('dead.letters'), `${key.length} ${value.length}: ${bytes}`);
    }
});

test('of a reason without end the beginning is kept, as text', async () => {
  const short = await letterOf(Buffer.from('k'), Buffer.from('v'), 'The answer is none.');
  assert.equal(short.value.reason, 'The answer is none.');
  assert.equal(short.key, 'k');
  const long = await letterOf(Buffer.from('k'), Buffer.from('v'), `${'x'.repeat(9_999)}🦙${'y'.repeat(9)}`);
  assert.equal(long.value.reason, `${'x'.repeat(9_999)}\ufffd...`);
});
