/**
 * A multilayer perceptron, its losses and optimizers in float64, written from the textbook formulas
 * and without anything of the code under test: what loss trajectories are compared with.
 */
import type { Optimizer } from '../../src/training-options.ts';

export interface ReferenceLayer {
  readonly from: number;
  readonly to: number;
  /** Row-major [from, to]. */
  weights: Float64Array;
  bias: Float64Array;
}

export type ReferenceLoss = 'softmaxCrossEntropy' | 'sigmoidCrossEntropy' | 'squaredError';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

const HIDDEN = {
  Relu: { value: (z: number) => Math.max(0, z), slope: (a: number) => (a > 0 ? 1 : 0) },
  Tanh: { value: Math.tanh, slope: (a: number) => 1 - a * a },
  Sigmoid: { value: sigmoid, slope: (a: number) => a * (1 - a) },
};

/** Loss of a batch (mean over rows) and gradients per layer. Targets: rows × outputs. */
export function lossAndGradients(
  layers: readonly ReferenceLayer[],
  hidden: keyof typeof HIDDEN,
  loss: ReferenceLoss,
  features: Float32Array,
  targets: Float32Array,
  rows: number,
): { loss: number; gradients: { weights: Float64Array; bias: Float64Array }[] } {
  const activations: Float64Array[] = [Float64Array.from(features)];
  layers.forEach((layer, l) => {
    const input = activations[l] ?? new Float64Array();
    const output = new Float64Array(rows * layer.to);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < layer.to; j++) {
        let z = layer.bias[j] ?? 0;
        for (let i = 0; i < layer.from; i++)
          z += (input[row * layer.from + i] ?? 0) * (layer.weights[i * layer.to + j] ?? 0);
        output[row * layer.to + j] = l < layers.length - 1 ? HIDDEN[hidden].value(z) : z;
      }
    }
    activations.push(output);
  });
  const logits = activations.at(-1) ?? new Float64Array();
  const head = headLoss(loss, logits, targets, rows, logits.length / rows);
  let delta = head.delta;
  const gradients: { weights: Float64Array; bias: Float64Array }[] = [];
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l];
    const input = activations[l] ?? new Float64Array();
    if (layer === undefined) continue;
    const weights = new Float64Array(layer.from * layer.to);
    const bias = new Float64Array(layer.to);
    const below = new Float64Array(rows * layer.from);
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < layer.to; j++) {
        const d = delta[row * layer.to + j] ?? 0;
        bias[j] = (bias[j] ?? 0) + d;
        for (let i = 0; i < layer.from; i++) {
          const a = input[row * layer.from + i] ?? 0;
          weights[i * layer.to + j] = (weights[i * layer.to + j] ?? 0) + a * d;
          const at = row * layer.from + i;
          below[at] = (below[at] ?? 0) + d * (layer.weights[i * layer.to + j] ?? 0);
        }
      }
    }
    delta = below.map((value, i) => value * HIDDEN[hidden].slope(input[i] ?? 0));
    gradients.unshift({ weights, bias });
  }
  return { loss: head.loss, gradients };
}

function headLoss(
  loss: ReferenceLoss,
  logits: Float64Array,
  targets: Float32Array,
  rows: number,
  width: number,
) {
  const delta = new Float64Array(logits.length);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const z = logits.subarray(row * width, (row + 1) * width);
    const largest = Math.max(...z);
    const sum = z.reduce((s, value) => s + Math.exp(value - largest), 0);
    for (let k = 0; k < width; k++) {
      const [value, target] = [z[k] ?? 0, targets[row * width + k] ?? 0];
      if (loss === 'softmaxCrossEntropy') {
        const logProbability = value - largest - Math.log(sum);
        total -= (target * logProbability) / rows;
        delta[row * width + k] = (Math.exp(logProbability) - target) / rows;
      } else if (loss === 'sigmoidCrossEntropy') {
        const p = sigmoid(value);
        total -= (target * Math.log(p) + (1 - target) * Math.log(1 - p)) / (rows * width);
        delta[row * width + k] = (p - target) / (rows * width);
      } else {
        total += (value - target) ** 2 / (rows * width);
        delta[row * width + k] = (2 * (value - target)) / (rows * width);
      }
    }
  }
  return { loss: total, delta };
}

/** An optimizer over a list of arrays, as its paper writes it. */
export function referenceOptimizer(optimizer: Optimizer, clipNorm?: number) {
  const moments = new Map<number, { m: Float64Array; v: Float64Array }>();
  let step = 0;
  return (
    parameters: readonly Float64Array[],
    rawGradients: readonly Float64Array[],
    learningRate: number,
  ): void => {
    step += 1;
    const norm = Math.sqrt(
      rawGradients.reduce((s, g) => s + g.reduce((t, value) => t + value * value, 0), 0),
    );
    const factor = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
    parameters.forEach((parameter, p) => {
      const size = parameter.length;
      const { m, v } = moments.get(p) ?? { m: new Float64Array(size), v: new Float64Array(size) };
      moments.set(p, { m, v });
      for (let i = 0; i < parameter.length; i++) {
        const theta = parameter[i] ?? 0;
        let g = (rawGradients[p]?.[i] ?? 0) * factor;
        if (optimizer.kind === 'sgd') {
          const { momentum = 0, nesterov = false, weightDecay = 0 } = optimizer;
          g += weightDecay * theta;
          m[i] = momentum * (m[i] ?? 0) + g;
          parameter[i] = theta - learningRate * (nesterov ? g + momentum * (m[i] ?? 0) : (m[i] ?? 0));
          continue;
        }
        const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimizer;
        const decay = optimizer.weightDecay ?? (optimizer.kind === 'adamw' ? 0.01 : 0);
        if (optimizer.kind === 'adam') g += decay * theta;
        m[i] = beta1 * (m[i] ?? 0) + (1 - beta1) * g;
        v[i] = beta2 * (v[i] ?? 0) + (1 - beta2) * g * g;
        const corrected = (m[i] ?? 0) / (1 - beta1 ** step);
        const deviation = Math.sqrt((v[i] ?? 0) / (1 - beta2 ** step));
        const kept = optimizer.kind === 'adamw' ? theta - learningRate * decay * theta : theta;
        parameter[i] = kept - (learningRate * corrected) / (deviation + epsilon);
      }
    });
  };
}
