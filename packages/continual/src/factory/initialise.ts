import type { Random } from '@driftloop/stats';

/** How parameters are drawn. */
export type Initialisation =
  /**
   * Uniform within √(6 / inputs) before a ReLU (He et al. 2015), √(6 / (inputs + outputs)) at the
   * output (Glorot & Bengio 2010); biases 0.
   */
  | 'he'
  /** Uniform within 1 / √inputs, biases too: what torch.nn.Linear and torch.nn.Conv2d do. */
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
  return drawUniform(inputs * outputs, bound, random);
}

/** Draws the biases of a layer. */
export function drawBiases(
  inputs: number,
  outputs: number,
  initialisation: Initialisation,
  random: Random,
): Float32Array {
  const bound = initialisation === 'torch' ? 1 / Math.sqrt(inputs) : 0;
  return bound === 0 ? new Float32Array(outputs) : drawUniform(outputs, bound, random);
}

/** Draws kernels [filters, channels, …] of a convolution. */
export function drawKernels(
  dims: readonly number[],
  initialisation: Initialisation,
  random: Random,
): Float32Array {
  const [filters = 1, ...receptive] = dims;
  const inputs = receptive.reduce((product, dim) => product * dim, 1);
  return drawUniform(filters * inputs, Math.sqrt((initialisation === 'torch' ? 1 : 6) / inputs), random);
}

/** Draws the vectors of an embedding: of about the size of standardised features, and apart. */
export function drawEmbedding(count: number, size: number, random: Random): Float32Array {
  return drawUniform(count * size, 1, random);
}

function drawUniform(size: number, bound: number, random: Random): Float32Array {
  return Float32Array.from({ length: size }, () => (2 * random.uniform() - 1) * bound);
}
