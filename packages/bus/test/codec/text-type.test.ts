import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InferenceRequest, SCHEMAS, type TopicName } from '@driftloop/schemas';
import { avroType } from '../../src/codec/avro-type.ts';
import { Codec } from '../../src/codec/codec.ts';
import { RawRecord } from '../../src/protocol/raw-record.ts';
import { readRecords } from '../../src/records.ts';

const codecFor = (schema?: string) =>
  new Codec({ own: async () => 7, type: async (_, topic: TopicName) => avroType(schema ?? SCHEMAS[topic]) });
const request = (fields: Partial<InferenceRequest>): InferenceRequest => ({
  requestId: 'r',
  model: 'm',
  eventTime: 0,
  features: Float32Array.of(1),
  ...fields,
});
const string = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length * 2]), bytes]);
/** A request as another producer may write it. */
function recordOf(requestId: Buffer, model = Buffer.from('m'), key = Buffer.from('key')): RawRecord {
  const value = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 7]),
    string(requestId),
    string(model),
    Buffer.from([0, 0, 0, 0, 0, 0]),
  ]);
  return new RawRecord(5, 0, Buffer.concat([key, value]), 0, key.length, key.length, value.length);
}
const codesOf = async (record: RawRecord, codec = codecFor()) => {
  const { records, bad } = await readRecords(codec, 'inference.requests', 0, [record]);
  assert.equal(records.length + bad.length, 1);
  return bad.map(({ code }) => code);
};

/**
 * Bytes that are not UTF-8: a lone byte, a cut sequence, an overlong one, half a surrogate pair,
 * beyond Unicode.
 */
const INVALID = [[0xff], [0x61, 0xe2, 0x82], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]];

test('text that is not UTF-8 is refused wherever it stands', async () => {
  for (const bytes of INVALID.map((values) => Buffer.from(values))) {
    assert.deepEqual(await codesOf(recordOf(bytes)), ['RECORD_NOT_UTF8']);
    assert.deepEqual(await codesOf(recordOf(Buffer.from('r'), bytes)), ['RECORD_NOT_UTF8']);
    assert.deepEqual(await codesOf(recordOf(Buffer.from('r'), Buffer.from('m'), bytes)), ['RECORD_NOT_UTF8']);
  }
});

test('text that is not UTF-8 is refused in records of another schema, too', async () => {
  for (const type of ['string', 'bytes']) {
    const schema = JSON.parse(SCHEMAS['inference.requests']);
    schema.fields[0].type = type;
    // Nothing on the wire, but another schema.
    schema.fields.push({ name: 'more', type: 'null' });
    const codec = codecFor(JSON.stringify(schema));
    assert.deepEqual(await codesOf(recordOf(Buffer.from([0xff])), codec), ['RECORD_NOT_UTF8']);
    assert.deepEqual(await codesOf(recordOf(Buffer.from('r')), codec), []);
  }
});

test('the replacement character itself is text', async () => {
  const text = Buffer.from('a\uFFFDb');
  assert.deepEqual(await codesOf(recordOf(text, text, text)), []);
});

test('half a surrogate pair is not written, and the field is named', () => {
  const codec = codecFor();
  const write = (key: string, fields: Partial<InferenceRequest>) => () =>
    codec.encode('inference.requests', key, request(fields), 7);
  for (const half of ['\uD800', 'a\uDFFFb', `${'x'.repeat(100)}\uD83D`]) {
    assert.throws(write('k', { requestId: half }), { code: 'RECORD_INVALID', message: /requestId/ });
    assert.throws(write('k', { model: half }), { code: 'RECORD_INVALID', message: /model/ });
    assert.throws(write(half, {}), { code: 'RECORD_INVALID', message: /the key has half a surrogate pair/ });
  }
  assert.doesNotThrow(write('😀', { requestId: '😀\uFFFD' }));
});

test('keys of maps are text', async () => {
  const type = avroType(JSON.stringify({ type: 'map', values: 'double' }));
  assert.throws(() => type.toBuffer({ '\uD800': 1 }), /half a surrogate pair/);
  assert.throws(
    () => type.fromBuffer(Buffer.from([2, 2, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    /not valid UTF-8/,
  );
});
