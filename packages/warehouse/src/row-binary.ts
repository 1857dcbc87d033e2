/** Reads ClickHouse's RowBinary: values one after another, little-endian, without separators. */
export interface RowBinaryReader {
  /** Whether everything has been read. */
  done(): boolean;
  uint32(): number;
  float64(): number;
  /** A 64-bit integer; exact to 2^53. */
  int64(): number;
  string(): string;
  nullable<T>(read: () => T): T | null;
  array<T>(read: () => T): readonly T[];
  /** A map with keys of text. */
  map<T>(read: () => T): Readonly<Record<string, T>>;
  /** An array of Float32 of its own. */
  float32Array(): Float32Array;
  /**
   * Reads an array of exactly `length` Float32 into `target` from `at` on.
   * @throws RangeError on another length
   */
  float32ArrayInto(target: Float32Array, at: number, length: number): void;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Creates a reader over an answer. */
export function createRowBinaryReader(data: Buffer): RowBinaryReader {
  let position = 0;
  const advance = (bytes: number) => {
    const start = position;
    position += bytes;
    return start;
  };
  const length = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = data.readUInt8(advance(1));
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const floats = (target: Float32Array, at: number, count: number) => {
    const start = advance(4 * count);
    if (position > data.length) throw new RangeError('A RowBinary answer ends within an array.');
    if (LITTLE_ENDIAN) {
      const bytes = new Uint8Array(target.buffer, target.byteOffset + 4 * at, 4 * count);
      bytes.set(data.subarray(start, position));
    } else {
      for (let i = 0; i < count; i++) target[at + i] = data.readFloatLE(start + 4 * i);
    }
  };
  const string = () => {
    const bytes = length();
    const start = advance(bytes);
    return data.toString('utf8', start, position);
  };
  return {
    done: () => position >= data.length,
    uint32: () => data.readUInt32LE(advance(4)),
    float64: () => data.readDoubleLE(advance(8)),
    int64() {
      const start = advance(8);
      return data.readInt32LE(start + 4) * 2 ** 32 + data.readUInt32LE(start);
    },
    string,
    nullable: (read) => (data.readUInt8(advance(1)) === 0 ? read() : null),
    array: (read) => Array.from({ length: length() }, read),
    // Entries as they come: a column may be called like what every object has.
    map: (read) => Object.fromEntries(Array.from({ length: length() }, () => [string(), read()] as const)),
    float32Array() {
      const count = length();
      const values = new Float32Array(count);
      floats(values, 0, count);
      return values;
    },
    float32ArrayInto(target, at, expected) {
      const count = length();
      if (count !== expected) throw new RangeError(`Expected an array of ${expected} values, got ${count}.`);
      floats(target, at, count);
    },
  };
}
