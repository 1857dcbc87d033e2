import { DriftloopError } from '@driftloop/errors';
import { createByteReader } from '../binary/byte-reader.ts';
import { writeUnsigned } from '../binary/unsigned.ts';

/**
 * What a sketch is made of: counts, and sums in fixed point. All entries are integers below 2^52 in
 * magnitude, so addition is exact, and merging is associative and commutative to the last bit
 * whatever the order of partitions and chunks.
 */
export type IntegerVector = Float64Array;

const FORMAT = 1;
/**
 * More entries than a sketch of thousands of features has; zeros take no bytes, so these do not
 * bound it.
 */
const MOST_ENTRIES = 2 ** 22;
/**
 * What one row adds to a sum at most: 64, where values are held, with the 24 fractional bits of
 * answers.
 */
const MOST_PER_ROW = 2 ** 30;

/** Adds `other` into `target`. Both must come from the same layout. */
export function addVector(target: IntegerVector, other: ArrayLike<number>): void {
  if (target.length !== other.length) {
    throw new DriftloopError(
      'DATA_INVALID',
      `Sketches of ${target.length} and ${other.length} entries cannot be merged: they come from different layouts.`,
    );
  }
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + (other[i] ?? 0);
}

/**
 * Encodes a vector: runs of zeros as a pair (0, length), other entries as zigzag LEB128. A sparse
 * one takes few bytes.
 *
 * @throws RangeError for an entry that is no integer: it could not be read again
 */
export function encodeVector(vector: ArrayLike<number>): Uint8Array {
  const most = MOST_BYTES * (vector.length + 2);
  if (scratch.length < most) scratch = new Uint8Array(2 * most);
  const bytes = scratch;
  bytes[0] = FORMAT;
  let at = writeUnsigned(bytes, 1, vector.length);
  let i = 0;
  while (i < vector.length) {
    const value = vector[i] ?? 0;
    if (value !== 0) {
      if (!Number.isSafeInteger(value))
        throw new RangeError(`Entry ${i} of a sketch is ${value}: sketches are whole numbers.`);
      at = writeUnsigned(bytes, at, value < 0 ? -2 * value - 1 : 2 * value);
      i++;
      continue;
    }
    const from = i;
    while (i < vector.length && vector[i] === 0) i++;
    bytes[at++] = 0;
    at = writeUnsigned(bytes, at, i - from);
  }
  return bytes.slice(0, at);
}

/** Bytes of an integer at most. */
const MOST_BYTES = 8;
/** Chunks are encoded by the thousand: what they are written into is made once. */
let scratch = new Uint8Array(4096);

/**
 * Decodes what encodeVector wrote. DATA_INVALID when the bytes are of another format, cut off or
 * more than it says.
 */
export function decodeVector(bytes: Uint8Array): IntegerVector {
  const reader = createByteReader(bytes);
  const format = reader.byte();
  if (format !== FORMAT) {
    throw new DriftloopError(
      'DATA_INVALID',
      `A sketch has format ${format}, this version reads format ${FORMAT}.`,
    );
  }
  const length = reader.unsigned();
  if (length > MOST_ENTRIES) {
    throw new DriftloopError(
      'DATA_INVALID',
      `A sketch says that it has ${length} entries: none has as many.`,
    );
  }
  const vector = new Float64Array(length);
  let i = 0;
  let at = bytes.length - reader.remaining();
  while (i < length) {
    // Most entries take one or two bytes.
    const [first, second] = [bytes[at] ?? 128, bytes[at + 1] ?? 128];
    let value = first;
    if (first < 128) at += 1;
    else if (second < 128) {
      value = first - 128 + second * 128;
      at += 2;
    } else {
      reader.goTo(at);
      value = reader.unsigned();
      at = bytes.length - reader.remaining();
    }
    if (value !== 0) {
      vector[i++] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      continue;
    }
    reader.goTo(at);
    i += reader.unsigned();
    at = bytes.length - reader.remaining();
  }
  if (i !== length || at < bytes.length)
    throw new DriftloopError('DATA_INVALID', 'A sketch has more entries than it says.');
  return vector;
}

/** What is wrong with counts that each of `n` rows is in once; undefined when nothing is. */
export function countsProblem(
  vector: IntegerVector,
  from: number,
  to: number,
  n: number,
): string | undefined {
  let rows = 0;
  for (let i = from; i < to; i++) {
    const count = vector[i] ?? 0;
    if (count < 0) return `has a count of ${count}`;
    rows += count;
  }
  return rows === n ? undefined : `counts ${rows} rows, not ${n}`;
}

/** What is wrong with sums over `n` rows, from an entry on; undefined when nothing is. */
export function sumsProblem(vector: IntegerVector, from: number, n: number): string | undefined {
  const most = n * MOST_PER_ROW;
  for (let i = from; i < vector.length; i++) {
    const sum = vector[i] ?? 0;
    if (Math.abs(sum) > most) return `a sum over ${n} rows is ${sum}`;
  }
  return undefined;
}

/** Of two, looked up: to raise it anew takes longer than all else that is done for a sum. */
const POWERS = Float64Array.from({ length: 53 }, (_, bits) => 2 ** bits);

/** The integer nearest to `value` · 2^bits; NaN counts as 0. @param bits 0 to 52 */
export function toFixed(value: number, bits: number): number {
  const scaled = Math.round(value * (POWERS[bits] as number));
  return Number.isNaN(scaled) ? 0 : scaled + 0;
}
