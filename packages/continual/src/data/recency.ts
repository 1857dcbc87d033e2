import type { LabelledRows } from '@driftloop/spec';

/**
 * The same rows with weights that halve every `halfLifeRows` rows towards the past, then scaled to
 * mean 1, so that a learning rate means the same whatever the weights are.
 *
 * @param halfLifeRows Rows after which a row counts half; 0 leaves all equal.
 */
export function weighByRecency(data: LabelledRows, halfLifeRows: number): LabelledRows {
  const rows = data.rows;
  const weights = Float32Array.from(data.weights);
  if (halfLifeRows > 0) {
    for (let row = 0; row < rows; row++) weights[row]! *= 2 ** (-(rows - 1 - row) / halfLifeRows);
  }
  let total = 0;
  for (const weight of weights) total += weight;
  if (total > 0) for (let row = 0; row < rows; row++) weights[row]! *= rows / total;
  return { ...data, weights };
}
