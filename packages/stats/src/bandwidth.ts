import { countRows, poolRows, squaredDistance } from './rows.ts';

/**
 * The median heuristic over both samples: √(median of squared distances between different rows / 2)
 * (Gretton et al. 2012, section 8). 0 when most rows are equal: the caller then needs another
 * bandwidth.
 *
 * @throws DATA_INVALID if there are fewer than two rows or a value is not finite.
 */
export function pooledMedianBandwidth(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  width: number,
): number {
  const pooled = poolRows(reference, current);
  const rows = countRows(pooled, width, 2, 'pooled');
  const distances = pairDistances(pooled, width, rows).sort();
  const half = Math.floor(distances.length / 2);
  const upper = distances[half] ?? 0;
  const median = distances.length % 2 === 1 ? upper : ((distances[half - 1] ?? 0) + upper) / 2;
  return Math.sqrt(median / 2);
}

/**
 * The median heuristic of alibi-detect, over the reference only and with its diagonal: √(d / 2), d
 * the element number n + ⌊(n² − n) / 2⌋ − 1 (from 0) of the n² sorted squared distances.
 *
 * @throws DATA_INVALID if there are fewer than two rows or a value is not finite.
 */
export function referenceMedianBandwidth(reference: ArrayLike<number>, width: number): number {
  const rows = countRows(reference, width, 2, 'reference');
  const distances = pairDistances(new Float64Array(reference), width, rows).sort();
  // Each pair is there twice, after the n zeros of the diagonal.
  const index = Math.floor((rows * rows - rows) / 2) - 1;
  return Math.sqrt((distances[Math.floor(index / 2)] ?? 0) / 2);
}

function pairDistances(rows: Float64Array, width: number, count: number): Float64Array {
  const distances = new Float64Array((count * (count - 1)) / 2);
  let next = 0;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) distances[next++] = squaredDistance(rows, width, i, j);
  }
  return distances;
}
