import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DriftloopError } from '@driftloop/errors';
import {
  type InferenceRequest,
  SCHEMAS,
  TOPIC_NAMES,
  type TopicName,
  type TopicRecords,
} from '@driftloop/schemas';
import fc from 'fast-check';
import { avroType } from '../../src/codec/avro-type.ts';
import { Codec } from '../../src/codec/codec.ts';
import { anyValue } from '../support/arbitrary.ts';
import { rawRecord } from '../support/raw.ts';

const ID = 7;

/** A codec whose registry has one schema: the topic's own, or another one. */
function codecFor(schema?: string): Codec {
  return new Codec({
    own: async () => ID,
    type: async (_, topic) => avroType(schema ?? SCHEMAS[topic]),
  });
}

function encoded<T extends TopicName>(codec: Codec, topic: T, value: TopicRecords[T]): Buffer {
  const { bytes, valueAt, valueLength } = codec.encode(topic, 'key', value, ID);
  return Buffer.from(bytes.subarray(valueAt, valueAt + valueLength));
}

async function decoded(codec: Codec, topic: TopicName, value: Buffer | null): Promise<unknown> {
  const record = rawRecord(value);
  await codec.prepare(topic, [record]);
  return codec.decode(topic, record);
}

const request: InferenceRequest = {
  requestId: 'r-1',
  model: 'elec',
  eventTime: 1_700_000_000_123,
  features: Float32Array.of(1.5, Number.NaN, -0, 3e38),
  numbers: {},
  texts: {},
  vectors: {},
  answer: null,
};

for (const topic of TOPIC_NAMES) {
  test(`any record of ${topic} is read as it was written`, async () => {
    const codec = codecFor();
    const record = anyValue(JSON.parse(SCHEMAS[topic])) as fc.Arbitrary<TopicRecords[typeof topic]>;
    await fc.assert(
      fc.asyncProperty(record, async (value) => {
        assert.deepStrictEqual(await decoded(codec, topic, encoded(codec, topic, value)), value);
      }),
    );
  });

  test(`truncated and damaged records of ${topic} are RECORD_NOT_AVRO or another record, never a hang`, async () => {
    const codec = codecFor();
    const record = anyValue(JSON.parse(SCHEMAS[topic])) as fc.Arbitrary<TopicRecords[typeof topic]>;
    const damage = fc.record({
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      flips: fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(record, damage, async (value, { cut, flips }) => {
        const whole = encoded(codec, topic, value);
        const bytes = cut === null ? whole : whole.subarray(0, 5 + Math.floor((whole.length - 5) * cut));
        for (const [at, byte] of flips) if (bytes.length > 5) bytes[5 + (at % (bytes.length - 5))] = byte;
        try {
          await decoded(codec, topic, bytes);
        } catch (error) {
          assert.ok(error instanceof DriftloopError, String(error));
          assert.match(error.code, /^RECORD_NOT_(AVRO|UTF8)$/);
        }
      }),
      { numRuns: 300 },
    );
  });
}

test('every proper prefix of a record is RECORD_NOT_AVRO', async () => {
  const codec = codecFor();
  const whole = encoded(codec, 'inference.requests', request);
  for (let length = 0; length < whole.length; length++) {
    await assert.rejects(decoded(codec, 'inference.requests', whole.subarray(0, length)), {
      code: 'RECORD_NOT_AVRO',
    });
  }
});

test('a count or length beyond what is left is refused before anything is allocated', async () => {
  const codec = codecFor();
  const head = Buffer.from([0, 0, 0, 0, ID, 2, 0x61, 2, 0x62, 0]);
  const huge = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]); // about 2^52
  const before = process.memoryUsage().arrayBuffers;
  await assert.rejects(
    decoded(codec, 'inference.requests', Buffer.concat([head, huge])),
    /block of \d+ items/,
  );
  const hugeText = Buffer.concat([Buffer.from([0, 0, 0, 0, ID]), huge]);
  await assert.rejects(decoded(codec, 'inference.requests', hugeText), { code: 'RECORD_NOT_AVRO' });
  assert.ok(process.memoryUsage().arrayBuffers - before < 1_000_000);
});

test('features in several blocks, with and without sizes, are one array', async () => {
  const codec = codecFor();
  const float = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return bytes;
  };
  const value = Buffer.concat([
    Buffer.from([0, 0, 0, 0, ID, 2, 0x61, 2, 0x62, 0]),
    Buffer.from([4]), // two items
    float(1),
    float(2),
    Buffer.from([3, 16]), // minus two items: two, in 8 bytes
    float(3),
    float(4),
    Buffer.from([2]), // one item
    float(5),
    Buffer.from([0]),
    Buffer.from([0, 0, 0, 0]), // no named columns, no answer
  ]);
  assert.deepEqual(await decoded(codec, 'inference.requests', value), {
    requestId: 'a',
    model: 'b',
    eventTime: 0,
    features: Float32Array.of(1, 2, 3, 4, 5),
    numbers: {},
    texts: {},
    vectors: {},
    answer: null,
  });
});

test('what is not in Confluent wire format is named', async () => {
  const codec = codecFor();
  await assert.rejects(decoded(codec, 'inference.requests', null), /tombstone/);
  await assert.rejects(
    decoded(codec, 'inference.requests', Buffer.from('{"a":1}')),
    /zero byte and a schema id/,
  );
  await assert.rejects(decoded(codec, 'inference.requests', Buffer.alloc(0)), { code: 'RECORD_NOT_AVRO' });
  const trailing = Buffer.concat([encoded(codec, 'inference.requests', request), Buffer.from([1])]);
  await assert.rejects(decoded(codec, 'inference.requests', trailing), /trailing/);
});

test('a writer with more fields, wider numbers and another order is read as the topic says', async () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'InferenceRequest',
    namespace: 'com.example',
    fields: [
      { name: 'features', type: { type: 'array', items: 'float' } },
      { name: 'source', type: ['null', 'string'] },
      { name: 'eventTime', type: 'int' },
      { name: 'model', type: 'string' },
      { name: 'tags', type: { type: 'map', values: { type: 'array', items: 'int' } } },
      { name: 'requestId', type: 'string' },
    ],
  });
  const writer = avroType(schema);
  const value = {
    features: Float32Array.of(1, 2),
    source: 'x',
    eventTime: 5,
    model: 'm',
    tags: { a: [1] },
    requestId: 'r',
  };
  const wire = Buffer.concat([Buffer.from([0, 0, 0, 0, ID]), writer.toBuffer(value)]);
  assert.deepEqual(await decoded(codecFor(schema), 'inference.requests', wire), {
    requestId: 'r',
    model: 'm',
    eventTime: 5,
    features: Float32Array.of(1, 2),
    numbers: {},
    texts: {},
    vectors: {},
    answer: null,
  });
});

test('a writer whose features are ints is read into floats', async () => {
  const schema = SCHEMAS['inference.requests'].replace('"items":"float"', '"items":"int"');
  const wire = Buffer.concat([
    Buffer.from([0, 0, 0, 0, ID]),
    avroType(schema).toBuffer({ requestId: 'r', model: 'm', eventTime: 5, features: [1, -2, 3] }),
  ]);
  const value = (await decoded(codecFor(schema), 'inference.requests', wire)) as InferenceRequest;
  assert.deepEqual(value.features, Float32Array.of(1, -2, 3));
});

test('a writer that lacks a field is SCHEMA_INCOMPATIBLE', async () => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'InferenceRequest',
    fields: [{ name: 'requestId', type: 'string' }],
  });
  const wire = Buffer.from([0, 0, 0, 0, ID, 2, 0x61]);
  await assert.rejects(decoded(codecFor(schema), 'inference.requests', wire), {
    code: 'SCHEMA_INCOMPATIBLE',
  });
});

test('a value that does not fit names its fields', () => {
  const codec = codecFor();
  const wrong = { ...request, eventTime: 0.5, features: [1, 2] } as unknown as InferenceRequest;
  assert.throws(() => codec.encode('inference.requests', 'k', wrong, ID), {
    code: 'RECORD_INVALID',
    message: /inference\.requests.*eventTime, features/,
  });
});

test('records larger than a chunk, and many small ones, do not overwrite each other', async () => {
  const codec = codecFor();
  const many = Array.from({ length: 3000 }, (_, i) => ({
    ...request,
    requestId: `r-${i}`,
    features: new Float32Array(i % 500 === 0 ? 100_000 : 20).fill(i),
  }));
  const wires = many.map((value) => codec.encode('inference.requests', value.requestId, value, ID));
  for (const [i, { bytes, keyAt, keyLength, valueAt, valueLength }] of wires.entries()) {
    assert.equal(bytes.toString('utf8', keyAt, keyAt + keyLength), `r-${i}`);
    const value = await decoded(codec, 'inference.requests', bytes.subarray(valueAt, valueAt + valueLength));
    assert.deepEqual(value, many[i]);
  }
});
