import type { Loss } from '../training-options.ts';
import { sigmoidCrossEntropy, softmaxCrossEntropy, squaredError } from './label-loss.ts';
import type { EmitRowLoss } from './row-loss.ts';

/**
 * T² times the cross-entropy between teacher and student, both softened by temperature T (Hinton,
 * Vinyals and Dean 2015, section 2): with T² its gradients do not shrink as T grows. Squared error
 * between outputs where the loss on labels is a regression's.
 */
export function distillation(loss: Loss, temperature: number): EmitRowLoss {
  if (loss !== 'softmaxCrossEntropy' && loss !== 'sigmoidCrossEntropy') return squaredError;
  const [base, activation] =
    loss === 'softmaxCrossEntropy'
      ? ([softmaxCrossEntropy, 'Softmax'] as const)
      : ([sigmoidCrossEntropy, 'Sigmoid'] as const);
  return (builder, logits, teacher, width) => {
    const inverse = builder.float(1 / temperature);
    const soften = (value: string) => builder.node('Mul', [value, inverse]);
    const targets = builder.node(activation, [soften(teacher)], activation === 'Softmax' ? { axis: 1 } : {});
    const { value, gradient } = base(builder, soften(logits), targets, width);
    return {
      value: builder.node('Mul', [value, builder.float(temperature ** 2)]),
      gradient: builder.node('Mul', [gradient, builder.float(temperature)]),
    };
  };
}
