import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@driftloop/stats';

/** Numbers of a row. */
export const PLANTED_WIDTH = 3;
/** Rows of a chunk. */
export const PLANTED_CHUNK_ROWS = 1000;
const CHUNKS = 10;
const REFERENCE_ROWS = 10_000;

/** What a classifier gets wrong where inputs move to. */
export const PLANTED = ['unused', 'tooSure'] as const;

/** Answers of a classifier with inputs and truth. */
export interface PlantedRows {
  readonly features: Float32Array;
  readonly outputs: Float32Array;
  readonly predicted: Float64Array;
  readonly truth: Float64Array;
}

/**
 * Covariate shift: inputs move, and what they mean stays. `unused`: the truth depends on an input
 * that the model does not look at. `tooSure`: beyond a value of it the model is surer than right.
 * In both the input moves on over ten chunks, and on the reference the model is calibrated as a
 * whole.
 */
export function planted(kind: (typeof PLANTED)[number]): {
  readonly reference: PlantedRows;
  readonly analysis: readonly PlantedRows[];
} {
  return {
    reference: drawn(kind, REFERENCE_ROWS, 0, 1),
    analysis: Array.from({ length: CHUNKS }, (_, i) => drawn(kind, PLANTED_CHUNK_ROWS, i / 5, 2 + i)),
  };
}

/** Writes them as CSV files, for the peer. */
export async function writePlanted(folder: string): Promise<void> {
  for (const kind of PLANTED) {
    const { reference, analysis } = planted(kind);
    await writeFile(join(folder, `${kind}-reference.csv`), csvOf([reference]));
    await writeFile(join(folder, `${kind}-analysis.csv`), csvOf(analysis));
  }
}

function drawn(kind: (typeof PLANTED)[number], rows: number, shift: number, seed: number): PlantedRows {
  const random = createRandom(seed);
  const features = new Float32Array(rows * PLANTED_WIDTH);
  const outputs = new Float32Array(rows);
  const predicted = new Float64Array(rows);
  const truth = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const [seen, moved, noise] = [random.normal(), random.normal() + shift, random.normal()];
    features.set([seen, moved, noise], row * PLANTED_WIDTH);
    const said = logistic(2 * seen);
    const chance =
      kind === 'unused' ? logistic(2 * seen + moved) : moved > 0.5 ? 0.5 + 0.3 * (said - 0.5) : said;
    outputs[row] = said;
    predicted[row] = Number(said >= 0.5);
    truth[row] = Number(random.uniform() < chance);
  }
  return { features, outputs, predicted, truth };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function csvOf(parts: readonly PlantedRows[]): string {
  const lines = parts.flatMap(({ outputs, predicted, truth }) =>
    Array.from(truth, (y, row) => [outputs[row], predicted[row], y].join(',')),
  );
  return `${['y_pred_proba,y_pred,y_true', ...lines].join('\n')}\n`;
}
