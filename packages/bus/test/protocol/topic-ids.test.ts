import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader } from '../../src/protocol/byte-reader.ts';
import { ByteWriter } from '../../src/protocol/byte-writer.ts';
import { fetchCall } from '../../src/protocol/fetch.ts';
import { metadataCall } from '../../src/protocol/metadata.ts';

// Layouts: Kafka's clients/src/main/resources/common/message, FetchRequest and FetchResponse 13,
// MetadataRequest and MetadataResponse 12.

const A = 'AAECAwQFBgcICQoLDA0ODw';
const B = '_____________________w';

test('compact values, ids and tags are read as they are written', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 31 - 1),
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.nat(200)),
      (n, text, items) => {
        const writer = new ByteWriter(1);
        writer.uvarint(n).compactString(text).tags().uuid(A);
        writer.compactArray(items, (item) => writer.uvarint(item)).int8(7);
        const reader = new ByteReader(writer.done());
        assert.equal(reader.uvarint(), n);
        assert.equal(reader.compactString(), text);
        reader.tags();
        assert.equal(reader.uuid(), A);
        assert.deepEqual(
          reader.compactArray(() => reader.uvarint()),
          items,
        );
        assert.equal(reader.int8(), 7);
      },
    ),
  );
  const tagged = new ByteReader(Buffer.from([2, 0, 1, 99, 1, 2, 98, 97, 42]));
  tagged.tags();
  assert.equal(tagged.int8(), 42);
});

test('a writer grows with anything that is written', () => {
  const writer = new ByteWriter(1);
  writer.int8(1).int16(2).int32(3).int64(-4).string('fünf').bytes(Buffer.alloc(300, 6)).int8(7);
  const reader = new ByteReader(writer.done());
  assert.deepEqual([reader.int8(), reader.int16(), reader.int32(), reader.int64()], [1, 2, 3, -4]);
  assert.equal(reader.string(), 'fünf');
  assert.deepEqual(reader.bytes(reader.int32()), Buffer.alloc(300, 6));
  assert.equal(reader.int8(), 7);
  const positions = Array.from({ length: 100 }, (_, partition) => ({
    topic: 't'.repeat(200),
    topicId: undefined,
    partition,
    offset: 0,
  }));
  assert.ok(fetchCall(positions, 1, 1).request.body().length > 20_000);
});

test('a fetch by ids has the layout of version 13, and its answer is given back by name', () => {
  const position = (topic: string, topicId: string, partition: number, offset: number) => ({
    topic,
    topicId,
    partition,
    offset,
  });
  const call = fetchCall(
    [position('a', A, 3, 7), position('b', B, 0, 9), position('a', A, 4, 8)],
    500,
    1_000,
  );
  assert.equal(call.request.apiVersion, 13);
  const reader = new ByteReader(call.request.body());
  reader.tags();
  assert.deepEqual(
    [
      reader.int32(),
      reader.int32(),
      reader.int32(),
      reader.int32(),
      reader.int8(),
      reader.int32(),
      reader.int32(),
    ],
    [-1, 500, 1, 1_000, 1, 0, -1],
  );
  const topics = reader.compactArray(() => {
    const id = reader.uuid();
    const partitions = reader.compactArray(() => {
      const partition = reader.int32();
      reader.int32();
      const offset = reader.int64();
      assert.deepEqual([reader.int32(), reader.int64()], [-1, -1]);
      reader.int32();
      reader.tags();
      return [partition, offset];
    });
    reader.tags();
    return [id, partitions];
  });
  assert.deepEqual(topics, [
    [
      A,
      [
        [3, 7],
        [4, 8],
      ],
    ],
    [B, [[0, 9]]],
  ]);
  assert.equal(reader.compactArray(() => 0).length, 0);
  assert.equal(reader.compactString(), '');
  reader.tags();
  assert.equal(reader.at, reader.end);

  const writer = new ByteWriter();
  writer.tags().int32(5).int16(0).int32(0);
  writer.compactArray([B], (id) => {
    writer.uuid(id).compactArray([0], (partition) => {
      writer.int32(partition).int16(100).int64(20).int64(19).int64(1);
      writer.compactArray([8], (producerId) => writer.int64(producerId).int64(11).tags());
      writer.int32(-1).uvarint(4).int8(1).int8(2).int8(3);
      writer.uvarint(1).uvarint(1).uvarint(2).int8(0).int8(0); // a field that is not read
    });
    writer.tags();
  });
  writer.tags();
  const { throttleMs, errorCode, result } = call.decode(writer.done());
  assert.deepEqual({ throttleMs, errorCode }, { throttleMs: 5, errorCode: 0 });
  assert.deepEqual(result, [
    {
      topic: 'b',
      partition: 0,
      errorCode: 100,
      highWatermark: 19,
      aborted: [{ producerId: 8, firstOffset: 11 }],
      recordSet: Buffer.from([1, 2, 3]),
    },
  ]);
});

test('a fetch of topics of which one has no id goes by name', () => {
  const positions = [A, undefined].map((topicId, partition) => ({
    topic: 't',
    topicId,
    partition,
    offset: 0,
  }));
  assert.equal(fetchCall(positions, 1, 1).request.apiVersion, 11);
});

test('metadata of a topic: its id and partitions', () => {
  const call = metadataCall('t');
  const writer = new ByteWriter();
  writer.tags().int32(0);
  writer.compactArray(['h1', 'h2'], (host) =>
    writer.int32(1).compactString(host).int32(9092).uvarint(0).tags(),
  );
  writer.compactString('cluster').int32(1);
  writer.compactArray(['t'], (name) => {
    writer.int16(0).compactString(name).uuid(A).int8(0);
    writer.compactArray([0, 1, 2], (partition) => {
      writer.int16(0).int32(partition).int32(1).int32(4);
      for (const replicas of [[1, 2], [1], []]) writer.compactArray(replicas, (id) => writer.int32(id));
      writer.tags();
    });
    writer.int32(0).tags();
  });
  writer.tags();
  assert.deepEqual(call.decode(writer.done()).result, { errorCode: 0, topicId: A, partitions: [0, 1, 2] });
});
