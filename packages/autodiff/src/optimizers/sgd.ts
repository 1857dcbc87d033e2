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
    update({ add, multiply, constant }, { parameter, gradient: rawGradient, slot, scalar }) {
      const gradient =
        weightDecay === 0 ? rawGradient : add(rawGradient, multiply(parameter, constant(weightDecay)));
      const rate = scalar(LEARNING_RATE);
      if (momentum === 0) return { slots: {}, delta: multiply(gradient, rate) };
      const velocity = add(multiply(slot('momentum'), constant(momentum)), gradient);
      const direction = nesterov ? add(gradient, multiply(velocity, constant(momentum))) : velocity;
      return { slots: { momentum: velocity }, delta: multiply(direction, rate) };
    },
  };
}
