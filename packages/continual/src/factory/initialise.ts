import type { Random } from '@driftloop/stats';

/** How parameters are drawn. */
export type Initialisation =
  /** Uniform within √(6 / inputs) before a ReLU (He et al. 2015), √(6 / (inputs + outputs)) at the output (Glorot & Bengio 2010); biases 0. */
  | 'he'
  /** Uniform within 1 / √inputs, biases too: what torch.nn.Linear does. */
  | 'torch';

/** Draws a weight matrix [inputs, outputs] for a layer, row by row. */
export function drawWeights(
  inputs: number,
  outputs: number,
  layer: 'hidden' | 'output',
  initialisation: Initialisation,
  random: Random,
): Float32Array {
  const bound =
    initialisation === 'torch'
      ? 1 / Math.sqrt(inputs)
      : Math.sqrt(6 / (layer === 'hidden' ? inputs : inputs + outputs));
  return Float32Array.from({ length: inputs * outputs }, () => (2 * random.uniform() - 1) * bound);
}

/** Draws the biases of a layer. */
export function drawBiases(
  inputs: number,
  outputs: number,
  initialisation: Initialisation,
  random: Random,
): Float32Array {
  const bound = initialisation === 'torch' ? 1 / Math.sqrt(inputs) : 0;
  return Float32Array.from({ length: outputs }, () => (bound === 0 ? 0 : (2 * random.uniform() - 1) * bound));
}
