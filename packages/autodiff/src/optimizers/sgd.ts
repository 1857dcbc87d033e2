import type { Optimizer } from '../training-options.ts';
import type { OptimizerRule } from './optimizer-rule.ts';

const LEARNING_RATE = 'train/learning_rate';

/** Stochastic gradient descent with PyTorch's momentum: v ← momentum·v + g, θ ← θ − lr·v. */
export function sgd(options: Extract<Optimizer, { kind: 'sgd' }>): OptimizerRule {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
  return {
    slots: momentum === 0 ? [] : ['momentum'],
    scalarNames: [LEARNING_RATE],
    scalars: (_step, learningRate) => ({ [LEARNING_RATE]: learningRate }),
    emit(builder, parameter, rawGradient, slots) {
      const node = builder.node.bind(builder);
      let gradient = rawGradient;
      if (weightDecay !== 0)
        gradient = node('Add', [gradient, node('Mul', [parameter, builder.float(weightDecay)])]);
      const slot = slots.momentum;
      if (slot === undefined) return { delta: node('Mul', [gradient, LEARNING_RATE]) };
      const factor = builder.float(momentum);
      const velocity = node('Add', [node('Mul', [slot.before, factor]), gradient], {}, slot.after);
      const direction = nesterov ? node('Add', [gradient, node('Mul', [velocity, factor])]) : velocity;
      return { delta: node('Mul', [direction, LEARNING_RATE]) };
    },
  };
}
