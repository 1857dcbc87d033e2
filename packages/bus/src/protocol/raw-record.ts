import { ByteReader } from './byte-reader.ts';
import { readTrace } from './trace-header.ts';

/**
 * A record as it lies on Kafka: ranges of fetched bytes, since views of their own would cost more
 * than reading them.
 */
export class RawRecord {
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly bytes: Buffer;
  readonly keyAt: number;
  /** -1 for none. */
  readonly keyLength: number;
  readonly valueAt: number;
  /** -1 for none. */
  readonly valueLength: number;
  /** Where the headers begin; -1 for none that are known. */
  readonly headersAt: number;

  constructor(
    offset: number,
    timestamp: number,
    bytes: Buffer,
    keyAt: number,
    keyLength: number,
    valueAt: number,
    valueLength: number,
    headersAt = -1,
  ) {
    this.offset = offset;
    this.timestamp = timestamp;
    this.bytes = bytes;
    this.keyAt = keyAt;
    this.keyLength = keyLength;
    this.valueAt = valueAt;
    this.valueLength = valueLength;
    this.headersAt = headersAt;
  }

  /** The key as text; empty where there is none. */
  get keyText(): string {
    return this.keyLength > 0 ? this.bytes.toString('utf8', this.keyAt, this.keyAt + this.keyLength) : '';
  }

  /** A view. */
  get key(): Buffer | null {
    return this.keyLength < 0 ? null : this.bytes.subarray(this.keyAt, this.keyAt + this.keyLength);
  }

  /** A view. */
  get value(): Buffer | null {
    return this.valueLength < 0 ? null : this.bytes.subarray(this.valueAt, this.valueAt + this.valueLength);
  }

  /** The trace that it belongs to: the value of its W3C header `traceparent`. */
  get trace(): string | undefined {
    // Most have no headers.
    if (this.headersAt < 0 || this.bytes[this.headersAt] === 0) return undefined;
    return readTrace(new ByteReader(this.bytes, this.headersAt));
  }
}
