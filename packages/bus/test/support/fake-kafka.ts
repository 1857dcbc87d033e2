import type { Connection } from '../../src/kafka/connection.ts';
import { kafkaCodeError } from '../../src/kafka/kafka-error.ts';
import { ByteReader } from '../../src/protocol/byte-reader.ts';
import { ByteWriter } from '../../src/protocol/byte-writer.ts';
import { endOfRecordSet } from '../../src/protocol/record-batch-reader.ts';
import { writeRecordBatch } from '../../src/protocol/record-batch-writer.ts';
import type { ProtocolCall } from '../../src/protocol/request.ts';

interface FakeTopic {
  readonly id: string;
  /** Record batches of each partition. */
  readonly partitions: Buffer[][];
}

const UNKNOWN_TOPIC = 3;
const UNKNOWN_TOPIC_ID = 100;
const NODE = 1;

/**
 * One broker in memory: enough of Kafka for one member per group, followers and producers; what it
 * answers can be disturbed.
 */
export class FakeKafka {
  readonly topics = new Map<string, FakeTopic>();
  readonly commits = new Map<string, { offset: string; metadata: string | null }>();
  /** While true no request is answered. */
  silent = false;
  #ids = 0;
  #generation = 0;

  create(name: string, partitions: number): void {
    const id = Buffer.alloc(16, ++this.#ids).toString('base64url');
    this.topics.set(name, { id, partitions: Array.from({ length: partitions }, () => []) });
  }

  addPartitions(name: string, count: number): void {
    const { partitions } = this.#topic(name);
    while (partitions.length < count) partitions.push([]);
  }

  /** Appends one record per value. */
  append(name: string, partition: number, values: readonly number[]): void {
    for (const value of values) {
      const bytes = Buffer.from(String(value));
      const record = {
        bytes,
        keyAt: 0,
        keyLength: -1,
        valueAt: 0,
        valueLength: bytes.length,
        timestamp: value,
      };
      const batch = writeRecordBatch([record], { producerId: 1, epoch: 0 }, 0);
      batch.writeBigInt64BE(BigInt(this.end(name, partition)), 0);
      this.#topic(name).partitions[partition]?.push(batch);
    }
  }

  end(name: string, partition: number): number {
    const last = this.#topic(name).partitions[partition]?.at(-1);
    return last ? endOfRecordSet(last, 0) : 0;
  }

  connection(): Connection {
    const answered = async <T>(work: () => T | Promise<T>): Promise<T> => {
      while (this.silent) await new Promise((resolve) => setTimeout(resolve, 10));
      return work();
    };
    const broker = this.#broker();
    const fake = {
      leaders: (topic: string) =>
        answered(() => new Map(this.#topic(topic).partitions.map((_, partition) => [partition, NODE]))),
      describe: (topic: string) =>
        answered(() => ({
          topicId: this.#topic(topic).id,
          partitions: this.#topic(topic).partitions.map((_, partition) => partition),
        })),
      refresh: () => answered(() => undefined),
      call: <T>(_node: number, { request, decode }: ProtocolCall<T>) =>
        answered(async () => {
          const response = this.#fetch(request.body());
          if (response.isEmpty) await new Promise((resolve) => setTimeout(resolve, 20));
          return decode(this.#fetch(request.body()).bytes).result;
        }),
      onCoordinator: (_group: string, _doing: string, use: (b: unknown) => unknown) =>
        answered(() => use(broker)),
      onBroker: (_node: number, _doing: string, use: (b: unknown) => unknown) => answered(() => use(broker)),
      reset: () => undefined,
      close: () => undefined,
    };
    return fake as unknown as Connection;
  }

  #topic(name: string): FakeTopic {
    const topic = this.topics.get(name);
    if (!topic) throw kafkaCodeError(`No topic ${name}`, UNKNOWN_TOPIC);
    return topic;
  }

  #broker() {
    type Asked<T> = { topics: { topic: string; partitions: T[] }[] };
    return {
      joinGroup: async ({ groupProtocols }: { groupProtocols: { metadata: Buffer }[] }) => ({
        generationId: ++this.#generation,
        leaderId: 'member',
        memberId: 'member',
        members: [{ memberId: 'member', memberMetadata: groupProtocols[0]?.metadata }],
      }),
      syncGroup: async ({ groupAssignment }: { groupAssignment: { memberAssignment: Buffer }[] }) =>
        groupAssignment[0],
      heartbeat: async () => ({}),
      leaveGroup: async () => ({}),
      offsetCommit: async ({
        topics,
      }: Asked<{ partition: number; offset: string; metadata: string | null }>) => {
        for (const { topic, partitions } of topics)
          for (const { partition, offset, metadata } of partitions)
            this.commits.set(`${topic}/${partition}`, { offset, metadata });
      },
      offsetFetch: async ({ topics }: Asked<{ partition: number }>) => ({
        responses: topics.map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition }) => ({
            partition,
            ...(this.commits.get(`${topic}/${partition}`) ?? { offset: '-1', metadata: null }),
          })),
        })),
      }),
      listOffsets: async ({ topics }: Asked<{ partition: number; timestamp: number }>) => ({
        responses: topics.map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition, timestamp }) => ({
            partition,
            offset: String(timestamp === -2 ? 0 : this.end(topic, partition)),
          })),
        })),
      }),
    };
  }

  #fetch(body: Buffer): { readonly bytes: Buffer; readonly isEmpty: boolean } {
    const reader = new ByteReader(body);
    reader.tags();
    for (const length of [4, 4, 4, 4, 1, 4, 4]) reader.skip(length);
    const topics = reader.compactArray(() => {
      const id = reader.uuid();
      const partitions = reader.compactArray(() => {
        const partition = reader.int32();
        reader.int32();
        const offset = reader.int64();
        for (const length of [4, 8, 4]) reader.skip(length);
        reader.tags();
        return { partition, offset };
      });
      reader.tags();
      return { id, partitions };
    });
    let isEmpty = true;
    const writer = new ByteWriter();
    writer.tags().int32(0).int16(0).int32(0);
    writer.compactArray(topics, ({ id, partitions }) => {
      const name = [...this.topics].find(([, topic]) => topic.id === id)?.[0];
      writer.uuid(id).compactArray(partitions, ({ partition, offset }) => {
        const batches = name === undefined ? [] : (this.topics.get(name)?.partitions[partition] ?? []);
        const end = name === undefined ? 0 : this.end(name, partition);
        const from = batches.filter((batch) => Number(batch.readBigInt64BE(0)) >= offset).slice(0, 10);
        const error = name === undefined ? UNKNOWN_TOPIC_ID : offset > end ? 1 : 0;
        if (from.length > 0 || error !== 0) isEmpty = false;
        const set = Buffer.concat(from);
        writer.int32(partition).int16(error).int64(end).int64(end).int64(0);
        writer
          .uvarint(0)
          .int32(-1)
          .uvarint(set.length + 1);
        for (const byte of set) writer.int8((byte << 24) >> 24);
        writer.tags();
      });
      writer.tags();
    });
    return { bytes: writer.tags().done(), isEmpty };
  }
}
