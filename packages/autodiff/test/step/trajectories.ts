import type { Trajectory } from './trajectory-check.ts';

const classifier = { sizes: [12, 16, 16, 4], hidden: 'Tanh', head: 'Softmax' } as const;

/**
 * Models, losses and optimizers whose loss trajectories are compared with the reference, on every
 * device.
 */
export const TRAJECTORIES: Readonly<Record<string, Trajectory>> = {
  'softmax cross-entropy, Adam': {
    shape: { ...classifier, hidden: 'Relu' },
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'adam', epsilon: 1e-3 },
    learningRate: 1e-2,
  },
  'softmax cross-entropy, Adam with L2 and clipping': {
    shape: classifier,
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'adam', epsilon: 1e-3, beta1: 0.8, beta2: 0.99, weightDecay: 0.05 },
    clipNorm: 0.3,
    learningRate: 1e-2,
  },
  'sigmoid cross-entropy, AdamW, MatMul and Add': {
    shape: { sizes: [12, 16, 3], hidden: 'Sigmoid', head: 'Sigmoid', layers: 'MatMul' },
    loss: 'sigmoidCrossEntropy',
    optimizer: { kind: 'adamw', epsilon: 1e-3, weightDecay: 0.1 },
    learningRate: 1e-2,
  },
  'binary, AdamW with its defaults': {
    shape: { sizes: [12, 8, 1], hidden: 'Tanh', head: 'Sigmoid' },
    loss: 'sigmoidCrossEntropy',
    optimizer: { kind: 'adamw', epsilon: 1e-3 },
    learningRate: 1e-2,
  },
  'squared error, SGD': {
    shape: { sizes: [12, 16, 2], hidden: 'Tanh', head: 'none' },
    loss: 'squaredError',
    optimizer: { kind: 'sgd' },
    learningRate: 0.1,
  },
  'softmax cross-entropy, SGD with momentum': {
    shape: classifier,
    loss: 'softmaxCrossEntropy',
    optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
    learningRate: 0.05,
  },
  "squared error, SGD with Nesterov's momentum": {
    shape: { sizes: [12, 16, 2], hidden: 'Relu', head: 'none' },
    loss: 'squaredError',
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true },
    learningRate: 0.02,
  },
};
