import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ProtocolCall } from './request.ts';

/** A topic as a broker knows it now. */
export interface TopicMetadata {
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  /**
   * The topic's id, as Kafka prints it. A topic that is deleted and made again under its name has
   * another one (KIP-516).
   */
  readonly topicId: string;
  readonly partitions: readonly number[];
}

export const METADATA_API = 3;
/** Names and ids of topics (Kafka 3.1 and later). */
export const METADATA_VERSION = 12;

/** A Metadata request for one topic. */
export function metadataCall(topic: string): ProtocolCall<TopicMetadata> {
  return {
    request: {
      apiKey: METADATA_API,
      apiVersion: METADATA_VERSION,
      apiName: 'Metadata',
      body: () => {
        const writer = new ByteWriter();
        writer.tags(); // of the header
        writer.compactArray([topic], (name) => writer.uuid(NO_ID).compactString(name).tags());
        writer.int8(0).int8(0); // neither create topics nor tell permissions
        return writer.tags().done();
      },
    },
    decode: readResponse,
    timeoutMs: 10_000,
  };
}

/** What a broker that knows no ids would say. */
export const NO_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

function readResponse(payload: Buffer): { throttleMs: number; errorCode: number; result: TopicMetadata } {
  const reader = new ByteReader(payload);
  reader.tags(); // of the header
  const throttleMs = reader.int32();
  reader.compactArray(() => {
    reader.int32(); // broker
    reader.compactString(); // host
    reader.int32(); // port
    reader.compactString(); // rack
    reader.tags();
  });
  reader.compactString(); // cluster
  reader.int32(); // controller
  const [result] = reader.compactArray(() => {
    const errorCode = reader.int16();
    reader.compactString(); // name
    const topicId = reader.uuid();
    reader.int8(); // internal
    const partitions = reader.compactArray(() => readPartition(reader));
    reader.int32(); // permissions
    reader.tags();
    return { errorCode, topicId, partitions };
  });
  if (!result) throw new RangeError('metadata without the topic that was asked for');
  return { throttleMs, errorCode: 0, result };
}

function readPartition(reader: ByteReader): number {
  reader.int16(); // error
  const partition = reader.int32();
  reader.int32(); // leader
  reader.int32(); // its epoch
  for (let list = 0; list < 3; list++) reader.compactArray(() => reader.int32()); // replicas: all, in sync, offline
  reader.tags();
  return partition;
}
