/** Writes Kafka's wire types into a buffer that grows. */
export class ByteWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(sizeBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(sizeBytes);
  }

  int8(value: number): this {
    this.#buffer.writeInt8(value, this.#grow(1));
    return this;
  }

  int16(value: number): this {
    this.#buffer.writeInt16BE(value, this.#grow(2));
    return this;
  }

  int32(value: number): this {
    this.#buffer.writeInt32BE(value, this.#grow(4));
    return this;
  }

  int64(value: number): this {
    writeInt64(this.#buffer, this.#grow(8), value);
    return this;
  }

  /** Text after an int16 length; null is length -1. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const length = Buffer.byteLength(value);
    this.int16(length);
    this.#buffer.write(value, this.#grow(length), length);
    return this;
  }

  /** Bytes after an int32 length. */
  bytes(value: Uint8Array): this {
    this.int32(value.length);
    this.#buffer.set(value, this.#grow(value.length));
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** What was written, as a view. */
  done(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #grow(length: number): number {
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#buffer.length) {
      const bigger = Buffer.allocUnsafe(Math.max(this.#at, this.#buffer.length * 2));
      bigger.set(this.#buffer.subarray(0, from));
      this.#buffer = bigger;
    }
    return from;
  }
}

/** Writes an integer below 2^53 in size as int64. */
export function writeInt64(buffer: Buffer, at: number, value: number): void {
  buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
  buffer.writeUInt32BE(value >>> 0, at + 4);
}
