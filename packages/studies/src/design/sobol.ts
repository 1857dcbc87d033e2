/**
 * Sobol points: evenly spread, so that few say much. Direction numbers of Joe and Kuo
 * (new-joe-kuo-6.21201, 2008) for the first 12 dimensions: degree, polynomial, initial numbers.
 */
const DIRECTIONS: readonly (readonly [number, number, readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
];
const BITS = 30;

/** Dimensions that there are direction numbers for. */
export const MOST_DIMENSIONS: number = DIRECTIONS.length + 1;

/** The first points of the sequence in [0, 1), the all-zero one left out. */
export function sobolPoints(count: number, dimensions: number): number[][] {
  const directions = Array.from({ length: dimensions }, (_, dimension) => directionsOf(dimension));
  const state = new Array<number>(dimensions).fill(0);
  return Array.from({ length: count }, (_, index) => {
    // Gray code: one bit changes, that of the lowest zero of the index.
    let bit = 0;
    while ((index >> bit) & 1) bit++;
    return state.map((_, dimension) => {
      const next = ((state[dimension] ?? 0) ^ (directions[dimension]?.[bit] ?? 0)) >>> 0;
      state[dimension] = next;
      return next / 2 ** BITS;
    });
  });
}

function directionsOf(dimension: number): number[] {
  const numbers: number[] = [];
  if (dimension === 0) {
    for (let i = 0; i < BITS; i++) numbers.push(2 ** (BITS - 1 - i));
    return numbers;
  }
  const [degree, polynomial, initial] = DIRECTIONS[dimension - 1] as (typeof DIRECTIONS)[number];
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      numbers.push((initial[i] ?? 0) * 2 ** (BITS - 1 - i));
      continue;
    }
    const before = numbers[i - degree] ?? 0;
    let next = (before ^ (before >>> degree)) >>> 0;
    for (let k = 1; k < degree; k++)
      if ((polynomial >> (degree - 1 - k)) & 1) next = (next ^ (numbers[i - k] ?? 0)) >>> 0;
    numbers.push(next);
  }
  return numbers;
}
