import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { AbortedTransaction } from './record-batch-reader.ts';
import type { ProtocolCall } from './request.ts';

/** From where one partition is to be read. */
export interface FetchPosition {
  /** Name on Kafka, with prefix. */
  readonly topic: string;
  /**
   * Its id where brokers tell it: another topic of the same name is then refused instead of read.
   */
  readonly topicId: string | undefined;
  readonly partition: number;
  readonly offset: number;
}

/** What a broker returned for one partition. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  /** One past the last record that may be read: of a transaction that is open, nothing. */
  readonly highWatermark: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches; the last may be cut off. */
  readonly recordSet: Buffer;
}

const FETCH_API = 1;
/** Batches are at most about 1 MB, so this always lets one through. */
const PARTITION_BYTES = 1_100_000;
const READ_COMMITTED = 1;
const NETWORK_MARGIN_MS = 5_000;

/**
 * A Fetch request for some partitions of one broker: of version 13, which names topics by their ids
 * (brokers since Kafka 3.1), when all ids are known, else of version 11.
 *
 * kafkajs decodes records into many small objects; here the record sets stay bytes until they are
 * needed.
 *
 * @param maxWaitMs how long the broker waits for a first record
 * @param maxBytes of the response; at least one batch always comes
 */
export function fetchCall(
  positions: readonly FetchPosition[],
  maxWaitMs: number,
  maxBytes: number,
): ProtocolCall<FetchedPartition[]> {
  const ids = new Map<string, string>();
  for (const { topic, topicId } of positions) if (topicId !== undefined) ids.set(topicId, topic);
  const byId = positions.every(({ topicId }) => topicId !== undefined);
  return {
    request: {
      apiKey: FETCH_API,
      apiVersion: byId ? 13 : 11,
      apiName: 'Fetch',
      body: () =>
        byId ? writeById(positions, maxWaitMs, maxBytes) : writeByName(positions, maxWaitMs, maxBytes),
    },
    decode: byId ? (payload) => readById(payload, ids) : readByName,
    timeoutMs: maxWaitMs + NETWORK_MARGIN_MS,
  };
}

function writeByName(positions: readonly FetchPosition[], maxWaitMs: number, maxBytes: number): Buffer {
  const writer = new ByteWriter(512);
  writer.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(READ_COMMITTED);
  writer.int32(0).int32(-1); // no fetch session
  writer.array(positions, ({ topic, partition, offset }) => {
    writer.string(topic).int32(1);
    writer.int32(partition).int32(-1).int64(offset).int64(-1).int32(PARTITION_BYTES);
  });
  return writer.int32(0).string('').done();
}

function writeById(positions: readonly FetchPosition[], maxWaitMs: number, maxBytes: number): Buffer {
  const writer = new ByteWriter(512);
  writer.tags(); // of the header
  writer.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(READ_COMMITTED);
  writer.int32(0).int32(-1); // no fetch session
  const topics = [...Map.groupBy(positions, ({ topicId }) => topicId ?? '')];
  writer.compactArray(topics, ([topicId, partitions]) => {
    writer.uuid(topicId);
    writer.compactArray(partitions, ({ partition, offset }) => {
      writer.int32(partition).int32(-1).int64(offset).int32(-1).int64(-1).int32(PARTITION_BYTES).tags();
    });
    writer.tags();
  });
  return writer.uvarint(1).compactString('').tags().done();
}

interface FetchResponse {
  readonly throttleMs: number;
  readonly errorCode: number;
  readonly result: FetchedPartition[];
}

function readByName(payload: Buffer): FetchResponse {
  const reader = new ByteReader(payload);
  const throttleMs = reader.int32();
  const errorCode = reader.int16();
  reader.int32(); // session
  const result: FetchedPartition[] = [];
  reader.array(() => {
    const topic = reader.string() ?? '';
    reader.array(() => {
      const head = readHead(reader);
      const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
      reader.int32(); // preferred replica
      const recordSet = reader.bytes(Math.max(0, reader.int32()));
      result.push({ topic, ...head, aborted, recordSet });
    });
  });
  return { throttleMs, errorCode, result };
}

function readById(payload: Buffer, names: ReadonlyMap<string, string>): FetchResponse {
  const reader = new ByteReader(payload);
  reader.tags(); // of the header
  const throttleMs = reader.int32();
  const errorCode = reader.int16();
  reader.int32(); // session
  const result: FetchedPartition[] = [];
  reader.compactArray(() => {
    const topic = names.get(reader.uuid()) ?? '';
    reader.compactArray(() => {
      const head = readHead(reader);
      const aborted = reader.compactArray(() => {
        const entry = { producerId: reader.int64(), firstOffset: reader.int64() };
        reader.tags();
        return entry;
      });
      reader.int32(); // preferred replica
      const recordSet = reader.bytes(Math.max(0, reader.uvarint() - 1));
      reader.tags();
      result.push({ topic, ...head, aborted, recordSet });
    });
    reader.tags();
  });
  return { throttleMs, errorCode, result };
}

function readHead(reader: ByteReader): Pick<FetchedPartition, 'partition' | 'errorCode' | 'highWatermark'> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  reader.int64(); // high watermark, which counts records of open transactions
  const highWatermark = reader.int64(); // last stable offset
  reader.int64(); // log start offset
  return { partition, errorCode, highWatermark };
}
