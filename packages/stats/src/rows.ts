import { DriftloopError } from '@driftloop/errors';

/**
 * Checks row-major rows of finite numbers and returns how many there are.
 *
 * @throws DATA_INVALID if there are fewer than `atLeast`, the length is no multiple of the width,
 *   or a value is not finite.
 */
export function countRows(rows: ArrayLike<number>, width: number, atLeast: number, name: string): number {
  if (!Number.isInteger(width) || width < 1 || rows.length % width !== 0) {
    throw new DriftloopError(
      'DATA_INVALID',
      `The ${name} rows have ${rows.length} values, no multiple of ${width}.`,
    );
  }
  const count = rows.length / width;
  if (count < atLeast) {
    throw new DriftloopError(
      'DATA_INVALID',
      `There are ${count} ${name} rows; at least ${atLeast} are needed.`,
    );
  }
  for (let i = 0; i < rows.length; i++) {
    if (!Number.isFinite(rows[i])) {
      throw new DriftloopError(
        'DATA_INVALID',
        `The ${name} rows have ${rows[i]} in row ${Math.floor(i / width)}, column ${i % width}; only finite numbers have a distance.`,
      );
    }
  }
  return count;
}

/** The rows one after the other, copied: the reference's, then the current ones. */
export function poolRows(reference: ArrayLike<number>, current: ArrayLike<number>): Float64Array {
  const pooled = new Float64Array(reference.length + current.length);
  pooled.set(reference, 0);
  pooled.set(current, reference.length);
  return pooled;
}

/** Squared Euclidean distance between rows i and j. */
export function squaredDistance(rows: Float64Array, width: number, i: number, j: number): number {
  let sum = 0;
  for (let a = i * width, b = j * width, end = a + width; a < end; a++, b++) {
    const difference = (rows[a] ?? 0) - (rows[b] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
