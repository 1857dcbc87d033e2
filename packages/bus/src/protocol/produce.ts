import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ProtocolCall } from './request.ts';

/** One record batch for one partition. */
export interface ProduceBatch {
  /** Name on Kafka, with prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
}

/** What a broker answered for one partition. */
export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
}

/** How long a broker waits for its replicas. */
const ACK_TIMEOUT_MS = 30_000;

/**
 * A Produce request of version 7 (brokers since Kafka 2.1) that all in-sync replicas must
 * acknowledge.
 *
 * @param current called when the request is written
 */
export function produceCall(current: () => readonly ProduceBatch[]): ProtocolCall<ProducedPartition[]> {
  return {
    request: {
      apiKey: 0,
      apiVersion: 7,
      apiName: 'Produce',
      body: () => {
        const batches = current();
        const size = batches.reduce((sum, batch) => sum + batch.bytes.length + batch.topic.length + 32, 32);
        const writer = new ByteWriter(size);
        writer.string(null).int16(-1).int32(ACK_TIMEOUT_MS);
        writer.array(batches, ({ topic, partition, bytes }) => {
          writer.string(topic).int32(1).int32(partition).bytes(bytes);
        });
        return writer.done();
      },
    },
    decode: readResponse,
    timeoutMs: ACK_TIMEOUT_MS + 1_000,
  };
}

function readResponse(payload: Buffer): {
  throttleMs: number;
  errorCode: number;
  result: ProducedPartition[];
} {
  const reader = new ByteReader(payload);
  const result: ProducedPartition[] = [];
  reader.array(() => {
    const topic = reader.string() ?? '';
    reader.array(() => {
      result.push({ topic, partition: reader.int32(), errorCode: reader.int16() });
      reader.int64(); // base offset
      reader.int64(); // log append time
      reader.int64(); // log start offset
    });
  });
  return { throttleMs: reader.int32(), errorCode: 0, result };
}
