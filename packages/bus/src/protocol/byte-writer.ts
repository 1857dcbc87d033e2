/** Writes Kafka's wire types into a buffer that grows. */
export class ByteWriter {
  #buffer: Buffer;
  #at = 0;

  constructor(sizeBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(sizeBytes);
  }

  int8(value: number): this {
    const at = this.#grow(1);
    this.#buffer.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#grow(2);
    this.#buffer.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#grow(4);
    this.#buffer.writeInt32BE(value, at);
    return this;
  }

  int64(value: number): this {
    const at = this.#grow(8);
    writeInt64(this.#buffer, at, value);
    return this;
  }

  /** Text after an int16 length; null is length -1. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const length = Buffer.byteLength(value);
    this.int16(length);
    const at = this.#grow(length);
    this.#buffer.write(value, at, length);
    return this;
  }

  /** Bytes after an int32 length. */
  bytes(value: Uint8Array): this {
    this.int32(value.length);
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
    return this;
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }

  /** An unsigned varint of 32 bits or less. */
  uvarint(value: number): this {
    let left = value;
    for (; left >= 0x80; left >>>= 7) this.#byte((left & 0x7f) | 0x80);
    return this.#byte(left);
  }

  /** Text of a flexible version (KIP-482). */
  compactString(value: string): this {
    const length = Buffer.byteLength(value);
    this.uvarint(length + 1);
    const at = this.#grow(length);
    this.#buffer.write(value, at, length);
    return this;
  }

  /** Items of a flexible version. */
  compactArray<T>(items: readonly T[], write: (item: T) => void): this {
    this.uvarint(items.length + 1);
    for (const item of items) write(item);
    return this;
  }

  /** An id of 16 bytes, from the form in which Kafka prints it. */
  uuid(value: string): this {
    const at = this.#grow(16);
    Buffer.from(value, 'base64url').copy(this.#buffer, at);
    return this;
  }

  /** No fields beyond those of the version. */
  tags(): this {
    return this.uvarint(0);
  }

  /** What was written, as a view. */
  done(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #byte(value: number): this {
    const at = this.#grow(1);
    this.#buffer[at] = value;
    return this;
  }

  /** Makes room and says where it begins. The buffer may be another one afterwards. */
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
