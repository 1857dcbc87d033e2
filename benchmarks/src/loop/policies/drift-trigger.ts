import type { Inputs, Trigger } from './policy.ts';

/** Rows on either side. */
const WINDOW_ROWS = 250;

/**
 * Fits anew when the newest inputs lie further than `threshold` from those before the last fit, by
 * the squared maximum mean discrepancy with a Gaussian kernel whose width is that of the features
 * (Gretton et al. 2012, JMLR 13, 723–773, eq. 3): Modyn's drift trigger (arXiv 2312.06254).
 */
export function onMove(threshold: number): (inputs: Inputs) => Trigger {
  return (inputs) => {
    const scaled = standardised(inputs);
    let reference = inputs.trainingRows;
    let lookedAt = inputs.trainingRows;
    return {
      isDue({ row }) {
        if (row - lookedAt < WINDOW_ROWS) return false;
        lookedAt = row;
        if (row - reference < WINDOW_ROWS || reference < WINDOW_ROWS) return false;
        if (discrepancy(scaled, inputs.width, reference - WINDOW_ROWS, row - WINDOW_ROWS) < threshold)
          return false;
        reference = row;
        return true;
      },
    };
  };
}

/** By mean and spread of the rows that the first model was fitted to. */
function standardised({ features, width, trainingRows }: Inputs): Float64Array {
  const scaled = Float64Array.from(features);
  for (let column = 0; column < width; column++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < trainingRows; row++) {
      const value = scaled[row * width + column]!;
      sum += value;
      squares += value * value;
    }
    const mean = sum / trainingRows;
    const std = Math.sqrt(Math.max(0, squares / trainingRows - mean * mean)) || 1;
    for (let at = column; at < scaled.length; at += width) scaled[at] = (scaled[at]! - mean) / std;
  }
  return scaled;
}

/** Between the windows that begin at two rows; unbiased, so about 0 where nothing has moved. */
function discrepancy(scaled: Float64Array, width: number, one: number, other: number): number {
  const within = (from: number) => kernelMean(scaled, width, from, from);
  return within(one) + within(other) - 2 * kernelMean(scaled, width, one, other);
}

/** Mean of the kernel over pairs of different rows. */
function kernelMean(scaled: Float64Array, width: number, one: number, other: number): number {
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < WINDOW_ROWS; i++)
    for (let j = 0; j < WINDOW_ROWS; j++) {
      if (one + i === other + j) continue;
      let distance = 0;
      for (let column = 0; column < width; column++) {
        const gap = scaled[(one + i) * width + column]! - scaled[(other + j) * width + column]!;
        distance += gap * gap;
      }
      sum += Math.exp(-distance / (2 * width));
      pairs++;
    }
  return sum / pairs;
}
