import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { AbortedTransaction } from './record-batch-reader.ts';
import type { ProtocolCall } from './request.ts';

/** From where one partition is to be read. */
export interface FetchPosition {
  /** Name on Kafka, with prefix. */
  readonly topic: string;
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

/** Batches are at most about 1 MB, so this always lets one through. */
const PARTITION_BYTES = 1_100_000;
const READ_COMMITTED = 1;
const NETWORK_MARGIN_MS = 5_000;

/**
 * A Fetch request of version 11 (brokers since Kafka 2.3) for some partitions of one broker.
 *
 * kafkajs decodes records into many small objects; here the record sets stay bytes until they are needed.
 *
 * @param maxWaitMs how long the broker waits for a first record
 * @param maxBytes of the response; at least one batch always comes
 */
export function fetchCall(
  positions: readonly FetchPosition[],
  maxWaitMs: number,
  maxBytes: number,
): ProtocolCall<FetchedPartition[]> {
  return {
    request: {
      apiKey: 1,
      apiVersion: 11,
      apiName: 'Fetch',
      body: () => {
        const writer = new ByteWriter(512);
        writer.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(READ_COMMITTED);
        writer.int32(0).int32(-1); // no fetch session
        writer.array(positions, ({ topic, partition, offset }) => {
          writer.string(topic).int32(1);
          writer.int32(partition).int32(-1).int64(offset).int64(-1).int32(PARTITION_BYTES);
        });
        return writer.int32(0).string('').done();
      },
    },
    decode: readResponse,
    timeoutMs: maxWaitMs + NETWORK_MARGIN_MS,
  };
}

function readResponse(payload: Buffer): {
  throttleMs: number;
  errorCode: number;
  result: FetchedPartition[];
} {
  const reader = new ByteReader(payload);
  const throttleMs = reader.int32();
  const errorCode = reader.int16();
  reader.int32(); // session
  const result: FetchedPartition[] = [];
  reader.array(() => {
    const topic = reader.string() ?? '';
    reader.array(() => {
      const partition = reader.int32();
      const partitionError = reader.int16();
      reader.int64(); // high watermark, which counts records of open transactions
      const highWatermark = reader.int64(); // last stable offset
      reader.int64(); // log start offset
      const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
      reader.int32(); // preferred replica
      const recordSet = reader.bytes(Math.max(0, reader.int32()));
      result.push({ topic, partition, errorCode: partitionError, highWatermark, aborted, recordSet });
    });
  });
  return { throttleMs, errorCode, result };
}
