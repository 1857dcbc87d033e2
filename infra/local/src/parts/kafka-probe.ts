import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

const METADATA = 3;
const METADATA_VERSION = 2;
const CORRELATION_ID = 7;
const TIMEOUT_MS = 2_000;

/** What a broker says of its cluster. */
export interface KafkaCluster {
  readonly clusterId: string | null;
  /** Brokers that serve; a broker that is still starting (fenced) is not among them. */
  readonly brokers: number;
}

/**
 * Asks a broker for its cluster: one Metadata request (version 2, no topics) in Kafka's wire
 * protocol. A TCP connection alone would say too little: the port answers before the broker serves,
 * and it may be another program's.
 */
export function describeKafka(
  host: string,
  port: number,
  tls?: { readonly ca: string; readonly cert: string; readonly key: string },
): Promise<KafkaCluster | undefined> {
  return new Promise((resolve) => {
    const socket = tls === undefined ? connect({ host, port }) : connectTls({ host, port, ...tls });
    let received = Buffer.alloc(0);
    const finish = (cluster: KafkaCluster | undefined): void => {
      socket.destroy();
      resolve(cluster);
    };
    socket.setTimeout(TIMEOUT_MS, () => finish(undefined));
    socket.once('error', () => finish(undefined));
    socket.once('close', () => finish(undefined));
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0))
        finish(readMetadata(received));
    });
  });
}

function metadataRequest(): Buffer {
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + 4);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(METADATA, 4);
  request.writeInt16BE(METADATA_VERSION, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12); // client id: null
  request.writeInt32BE(0, 14); // topics: none
  return request;
}

/**
 * brokers: array of (node_id int32, host string, port int32, rack nullable string); cluster_id
 * nullable string.
 */
function readMetadata(response: Buffer): KafkaCluster | undefined {
  try {
    let at = 4;
    const int32 = (): number => {
      at += 4;
      return response.readInt32BE(at - 4);
    };
    const text = (): string | null => {
      const length = response.readInt16BE(at);
      at += 2 + Math.max(0, length);
      return length < 0 ? null : response.toString('utf8', at - length, at);
    };
    if (int32() !== CORRELATION_ID) return undefined;
    const brokers = int32();
    for (let i = 0; i < brokers; i++) {
      int32();
      text();
      int32();
      text();
    }
    return { clusterId: text(), brokers };
  } catch (error) {
    if (error instanceof RangeError) return undefined; // not Kafka's protocol
    throw error;
  }
}
