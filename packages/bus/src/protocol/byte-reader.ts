/**
 * Reads Kafka's wire types from a buffer, front to back. Reading past the end throws a RangeError.
 */
export class ByteReader {
  readonly buffer: Buffer;
  at: number;
  readonly end: number;

  constructor(buffer: Buffer, from = 0, to = buffer.length) {
    this.buffer = buffer;
    this.at = from;
    this.end = to;
  }

  int8(): number {
    return this.buffer.readInt8(this.#take(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#take(4));
  }

  /** A 64-bit integer. Offsets and times stay below 2^53. */
  int64(): number {
    const at = this.#take(8);
    return this.buffer.readInt32BE(at) * 0x1_0000_0000 + this.buffer.readUInt32BE(at + 4);
  }

  /** A zigzag varint of 32 bits or less. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.#take(1)]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new RangeError('varint longer than five bytes');
  }

  /** A zigzag varint of up to 64 bits whose value is below 2^53. */
  varlong(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 70; factor *= 128) {
      const byte = this.buffer[this.#take(1)]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new RangeError('varlong longer than ten bytes');
  }

  /** Passes over bytes, none for a negative length, and returns where they began. */
  skip(length: number): number {
    return length > 0 ? this.#take(length) : this.at;
  }

  /** Text after an int16 length; null for length -1. */
  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.bytes(length).toString('utf8');
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Buffer {
    const from = this.#take(length);
    return this.buffer.subarray(from, from + length);
  }

  /** Items after an int32 count; a count of -1 is an empty array. */
  array<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.int32(); left > 0; left--) items.push(read());
    return items;
  }

  /** An unsigned varint of 32 bits or less. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.#take(1)]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new RangeError('varint longer than five bytes');
  }

  /** Text of a flexible version (KIP-482), after its length plus one; null for 0. */
  compactString(): string | null {
    const length = this.uvarint() - 1;
    return length < 0 ? null : this.bytes(length).toString('utf8');
  }

  /** Items of a flexible version, after their count plus one; a count of 0 is an empty array. */
  compactArray<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.uvarint() - 1; left > 0; left--) items.push(read());
    return items;
  }

  /** An id of 16 bytes as Kafka prints it. */
  uuid(): string {
    return this.bytes(16).toString('base64url');
  }

  /** Passes over the fields that a flexible version may add. */
  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint(); // number of the field
      this.skip(this.uvarint());
    }
  }

  #take(length: number): number {
    const from = this.at;
    if (length < 0 || from + length > this.end) throw new RangeError('read past the end of the buffer');
    this.at = from + length;
    return from;
  }
}
