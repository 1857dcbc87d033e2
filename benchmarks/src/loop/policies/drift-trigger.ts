import { featureStatistics } from '@driftloop/continual';
import { mmd } from '@driftloop/stats';
import type { Inputs, Trigger } from './policy.ts';

/** Rows on either side. */
const WINDOW_ROWS = 250;

/**
 * Fits anew when the newest inputs lie further than `threshold` from those before the last fit, by
 * the squared maximum mean discrepancy with a Gaussian kernel whose width is that of the features
 * (`mmd`, unbiased): Modyn's drift trigger (arXiv 2312.06254).
 */
export function onMove(threshold: number): (inputs: Inputs) => Trigger {
  return (inputs) => {
    const scaled = standardised(inputs);
    const sigma = Math.sqrt(inputs.width);
    const rowsBefore = (row: number) =>
      scaled.subarray((row - WINDOW_ROWS) * inputs.width, row * inputs.width);
    let reference = inputs.trainingRows;
    let lookedAt = inputs.trainingRows;
    return {
      isDue({ row }) {
        if (row - lookedAt < WINDOW_ROWS) return false;
        lookedAt = row;
        if (row - reference < WINDOW_ROWS || reference < WINDOW_ROWS) return false;
        const { unbiased } = mmd(rowsBefore(reference), rowsBefore(row), inputs.width, sigma);
        if (unbiased < threshold) return false;
        reference = row;
        return true;
      },
    };
  };
}

/** By mean and spread of the rows that the first model was fitted to. */
function standardised({ features, width, trainingRows }: Inputs): Float64Array {
  const { mean, std } = featureStatistics({ rows: trainingRows, width, features });
  return Float64Array.from(features, (value, at) => {
    const column = at % width;
    return (value - mean[column]!) / (std[column]! || 1);
  });
}
