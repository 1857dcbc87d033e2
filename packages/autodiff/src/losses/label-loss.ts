import type { Loss } from '../training-options.ts';
import { type EmitRowLoss, rowMean } from './row-loss.ts';

/** −Σ t·log softmax(z); derivative softmax(z) − t, for targets that sum to 1. */
export const softmaxCrossEntropy: EmitRowLoss = (builder, logits, targets) => {
  const logProbabilities = builder.node('LogSoftmax', [logits], { axis: 1 });
  const product = builder.node('Mul', [targets, logProbabilities]);
  const sum = builder.node('ReduceSum', [product, builder.int([1])], { keepdims: 0 });
  const probabilities = builder.node('Exp', [logProbabilities]);
  return { value: builder.node('Neg', [sum]), gradient: builder.node('Sub', [probabilities, targets]) };
};

/**
 * softplus(z) − z·t, which is −t·log σ(z) − (1 − t)·log(1 − σ(z)) without overflow; derivative σ(z)
 * − t.
 */
export const sigmoidCrossEntropy: EmitRowLoss = (builder, logits, targets, width) => {
  const value = builder.node('Sub', [
    builder.node('Softplus', [logits]),
    builder.node('Mul', [logits, targets]),
  ]);
  const slope = builder.node('Sub', [builder.node('Sigmoid', [logits]), targets]);
  return {
    value: rowMean(builder, value, width),
    gradient: width === 1 ? slope : builder.node('Mul', [slope, builder.float(1 / width)]),
  };
};

export const squaredError: EmitRowLoss = (builder, logits, targets, width) => {
  const error = builder.node('Sub', [logits, targets]);
  return {
    value: rowMean(builder, builder.node('Mul', [error, error]), width),
    gradient: builder.node('Mul', [error, builder.float(2 / width)]),
  };
};

/** With c = e clipped to ±delta the loss is c·(e − c/2) and its derivative c. */
function huber(delta: number): EmitRowLoss {
  return (builder, logits, targets, width) => {
    const error = builder.node('Sub', [logits, targets]);
    const clipped = builder.node('Clip', [error, builder.float(-delta), builder.float(delta)]);
    const rest = builder.node('Sub', [error, builder.node('Mul', [clipped, builder.float(0.5)])]);
    return {
      value: rowMean(builder, builder.node('Mul', [clipped, rest]), width),
      gradient: builder.node('Mul', [clipped, builder.float(1 / width)]),
    };
  };
}

export function labelLoss(loss: Loss): EmitRowLoss {
  if (loss === 'softmaxCrossEntropy') return softmaxCrossEntropy;
  if (loss === 'sigmoidCrossEntropy') return sigmoidCrossEntropy;
  return loss === 'squaredError' ? squaredError : huber(loss.delta);
}
