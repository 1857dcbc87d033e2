import type { LabelledRows } from '@driftloop/spec';

/** Half the distance of neighbouring float32 numbers, relative to them. */
const HALF_A_STEP = 2 ** -24;

/**
 * Mean and standard deviation of each feature over the rows where it is not missing; 0 and 0 where
 * it always is.
 */
export function featureStatistics(data: Pick<LabelledRows, 'rows' | 'width' | 'features'>): {
  mean: Float32Array;
  std: Float32Array;
} {
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
    // Values of one constant can still differ by float32's rounding: less than half a step is no
    // variation.
    std[feature] = deviation > HALF_A_STEP * Math.abs(average) ? deviation : 0;
  }
  return { mean, std };
}

/** Mean and standard deviation of the labels. */
export function labelStatistics(data: LabelledRows): { mean: number; std: number } {
  // Differences from the first: labels that are all the same have a spread of exactly 0.
  const origin = data.labels[0] ?? 0;
  let sum = 0;
  for (const label of data.labels) sum += label - origin;
  const mean = origin + sum / Math.max(1, data.rows);
  let squares = 0;
  for (const label of data.labels) squares += (label - mean) ** 2;
  return { mean, std: Math.sqrt(squares / Math.max(1, data.rows)) };
}

/**
 * The unit that squared errors of these labels are measured in: their variance, so that nothing
 * depends on what the labels are measured in. Of labels that are all the same their square; 1 where
 * all are 0.
 */
export function labelUnit(data: LabelledRows): number {
  const { mean, std } = labelStatistics(data);
  return std * std || mean * mean || 1;
}
