import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegressionRows } from '@driftloop/estimates';
import { createRandom } from '@driftloop/stats';

/** Features of a row. */
export const WIDTH = 4;
/** Rows of a chunk. */
export const CHUNK_ROWS = 1000;
const CHUNKS = 10;

/** Answers of a regression with their truth. */
export type Prices = RegressionRows & { readonly truth: Float64Array };

/**
 * Answers of a model whose error grows with one feature: 10,000 rows in which that feature is as it
 * was, then ten chunks in which it moves on, step by step. The model is right on average all the
 * time: only its spread changes, with the inputs.
 */
export function prices(): { readonly reference: Prices; readonly analysis: readonly Prices[] } {
  return {
    reference: drawn(CHUNKS * CHUNK_ROWS, 0, 1),
    analysis: Array.from({ length: CHUNKS }, (_, i) => drawn(CHUNK_ROWS, i / 4, 2 + i)),
  };
}

/** Writes both as CSV files, for the peer. */
export async function writePrices(folder: string): Promise<void> {
  const { reference, analysis } = prices();
  await writeFile(join(folder, 'prices-reference.csv'), csvOf([reference]));
  await writeFile(join(folder, 'prices-analysis.csv'), csvOf(analysis));
}

function drawn(rows: number, shift: number, seed: number): Prices {
  const random = createRandom(seed);
  const features = new Float64Array(rows * WIDTH);
  const predicted = new Float64Array(rows);
  const truth = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = Array.from({ length: WIDTH }, (_, k) => random.normal() + (k === 1 ? shift : 0));
    features.set(x, row * WIDTH);
    const [size = 0, age = 0, place = 0] = x;
    predicted[row] = 20 + 3 * size - 2 * age + place;
    truth[row] = (predicted[row] ?? 0) + random.normal() * Math.log1p(Math.exp(age));
  }
  return { features, predicted, truth };
}

function csvOf(parts: readonly Prices[]): string {
  const header = [...Array.from({ length: WIDTH }, (_, k) => `x${k}`), 'y_pred', 'y_true'].join(',');
  const lines = parts.flatMap(({ features, predicted, truth }) =>
    Array.from(truth, (y, row) => {
      const x = Array.from({ length: WIDTH }, (_, k) => features[row * WIDTH + k] ?? Number.NaN);
      return [...x, predicted[row], y].join(',');
    }),
  );
  return `${[header, ...lines].join('\n')}\n`;
}
