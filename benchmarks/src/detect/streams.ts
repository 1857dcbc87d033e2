import {
  agrawal,
  type Concept,
  createStream,
  hyperplane,
  randomRbf,
  sea,
  stagger,
} from '@driftloop/detectors/generators';

/** Rows of a stream, and of each of its four concepts. */
export const ROWS = 20_000;
/** First rows of the concepts that follow the first. */
export const CHANGES: readonly number[] = [5000, 10_000, 15_000];

/** The rows of one stream. */
export interface Rows {
  /** Per feature the number of its categories, 0 for a number. */
  readonly categories: readonly number[];
  readonly width: number;
  /** Row-major. */
  readonly features: Float64Array;
  readonly labels: Uint8Array;
}

/**
 * The concepts of vectors/quality_table.json: each stream has four, 5,000 rows each, abrupt changes
 * between them, and a seed that makes others of the random ones.
 */
export const GENERATORS: Readonly<Record<string, (seed: number) => Concept[]>> = {
  SEA: () => [0, 2, 1, 3].map((variant) => sea(variant, { noise: 0.1 })),
  STAGGER: () => [0, 1, 2, 0].map((variant) => stagger(variant)),
  RandomRBF: (seed) => [0, 1, 2, 3].map((i) => randomRbf(10 * seed + i)),
  Agrawal: () => [0, 2, 4, 6].map((variant) => agrawal(variant, { perturbation: 0.05 })),
  Hyperplane: (seed) => [0, 1, 2, 3].map((i) => hyperplane(10 * seed + i, { noise: 0.05 })),
};

/** Draws a stream. */
export function rowsOf(generator: string, seed: number): Rows {
  const concepts = GENERATORS[generator]?.(seed) ?? [];
  const changes = CHANGES.map((at) => ({ kind: 'abrupt' as const, at }));
  const stream = createStream({ concepts, changes, seed: `${generator} ${seed}` });
  const features = new Float64Array(ROWS * stream.width);
  const labels = new Uint8Array(ROWS);
  for (let row = 0; row < ROWS; row++)
    labels[row] = stream.next(features.subarray(row * stream.width, (row + 1) * stream.width));
  return { categories: stream.categories, width: stream.width, features, labels };
}
