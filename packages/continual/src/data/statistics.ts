import type { LabelledRows } from './labelled-rows.ts';

/** Mean and standard deviation of each feature over the rows where it is not missing; 0 and 0 where it always is. */
export function featureStatistics(data: LabelledRows): { mean: Float32Array; std: Float32Array } {
  const { rows, width, features } = data;
  const mean = new Float32Array(width);
  const std = new Float32Array(width);
  for (let feature = 0; feature < width; feature++) {
    // Welford: one pass, and no cancellation where the mean is large beside the spread.
    let count = 0;
    let average = 0;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const value = features[row * width + feature]!;
      if (Number.isNaN(value)) continue;
      count++;
      const step = value - average;
      average += step / count;
      squares += step * (value - average);
    }
    mean[feature] = average;
    const deviation = count > 0 ? Math.sqrt(squares / count) : 0;
    // float32 values of one constant can still differ by rounding: that is no variation.
    std[feature] = deviation > 1e-6 * Math.abs(average) ? deviation : 0;
  }
  return { mean, std };
}

/** Mean and standard deviation of the labels. */
export function labelStatistics(data: LabelledRows): { mean: number; std: number } {
  let mean = 0;
  for (const label of data.labels) mean += label / Math.max(1, data.rows);
  let squares = 0;
  for (const label of data.labels) squares += (label - mean) ** 2;
  return { mean, std: Math.sqrt(squares / Math.max(1, data.rows)) };
}
