import { DriftloopError } from '@driftloop/errors';
import { createByteReader } from '../binary/byte-reader.ts';
import { createByteWriter } from '../binary/byte-writer.ts';

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
  const writer = createByteWriter(256 + vector.length);
  writer.byte(FORMAT);
  writer.unsigned(vector.length);
  let i = 0;
  while (i < vector.length) {
    const value = vector[i] ?? 0;
    if (value !== 0) {
      if (!Number.isSafeInteger(value))
        throw new RangeError(`Entry ${i} of a sketch is ${value}: sketches are whole numbers.`);
      writer.signed(value);
      i++;
      continue;
    }
    const from = i;
    while (i < vector.length && vector[i] === 0) i++;
    writer.byte(0);
    writer.unsigned(i - from);
  }
  return writer.bytes();
}

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
  while (i < vector.length) {
    const value = reader.signed();
    if (value === 0) i += reader.unsigned();
    else vector[i++] = value;
  }
  if (i !== vector.length || reader.remaining() > 0)
    throw new DriftloopError('DATA_INVALID', 'A sketch has more entries than it says.');
  return vector;
}

/** What is wrong with counts that each of `n` rows is in once; undefined when nothing is. */
export function countsProblem(counts: IntegerVector, n: number): string | undefined {
  let rows = 0;
  for (const count of counts) {
    if (count < 0) return `has a count of ${count}`;
    rows += count;
  }
  return rows === n ? undefined : `counts ${rows} rows, not ${n}`;
}

/** What is wrong with sums over `n` rows; undefined when nothing is. */
export function sumsProblem(sums: IntegerVector, n: number): string | undefined {
  const most = n * MOST_PER_ROW;
  const wrong = sums.find((sum) => Math.abs(sum) > most);
  return wrong === undefined ? undefined : `a sum over ${n} rows is ${wrong}`;
}

/** Of two, looked up: to raise it anew takes longer than all else that is done for a sum. */
const POWERS = Float64Array.from({ length: 53 }, (_, bits) => 2 ** bits);

/** The integer nearest to `value` · 2^bits; NaN counts as 0. @param bits 0 to 52 */
export function toFixed(value: number, bits: number): number {
  const scaled = Math.round(value * (POWERS[bits] as number));
  return Number.isNaN(scaled) ? 0 : scaled + 0;
}
