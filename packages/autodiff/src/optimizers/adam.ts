import type { Optimizer } from '../training-options.ts';
import type { OptimizerRule } from './optimizer-rule.ts';

const STEP_SIZE = 'train/step_size';
const EPSILON = 'train/epsilon';
const DECAY = 'train/decay';

/**
 * Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2).
 *
 * The moments are kept without their factors, M = m/(1 − β₁) and V = v/(1 − β₂), which saves two
 * multiplications per parameter: M ← β₁M + g, V ← β₂V + g². These factors and the bias corrections
 * are folded into two scalars that come with each step: lr·m̂/(√v̂ + ε) = s·M/(√V + e) with c = √(1
 * − β₂ᵗ)/√(1 − β₂), s = lr·c·(1 − β₁)/(1 − β₁ᵗ), e = ε·c.
 */
export function adam(options: Extract<Optimizer, { kind: 'adam' | 'adamw' }>): OptimizerRule {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const decoupled = options.kind === 'adamw';
  const weightDecay = options.weightDecay ?? (decoupled ? 0.01 : 0);
  const shrinks = decoupled && weightDecay !== 0;
  return {
    slots: ['adam_m', 'adam_v'],
    scalarNames: shrinks ? [STEP_SIZE, EPSILON, DECAY] : [STEP_SIZE, EPSILON],
    scalars(step, learningRate) {
      const correction = Math.sqrt((1 - beta2 ** step) / (1 - beta2));
      const values = {
        [STEP_SIZE]: (learningRate * correction * (1 - beta1)) / (1 - beta1 ** step),
        [EPSILON]: epsilon * correction,
      };
      return shrinks ? { ...values, [DECAY]: 1 - learningRate * weightDecay } : values;
    },
    update(math, { parameter, gradient: rawGradient, slot, scalar }) {
      const { add, multiply, constant } = math;
      const gradient =
        decoupled || weightDecay === 0
          ? rawGradient
          : add(rawGradient, multiply(parameter, constant(weightDecay)));
      const m = add(multiply(slot('adam_m'), constant(beta1)), gradient);
      const v = add(multiply(slot('adam_v'), constant(beta2)), multiply(gradient, gradient));
      const ratio = math.divide(m, add(math.squareRoot(v), scalar(EPSILON)));
      return {
        slots: { adam_m: m, adam_v: v },
        delta: multiply(ratio, scalar(STEP_SIZE)),
        ...(shrinks && { decay: scalar(DECAY) }),
      };
    },
  };
}
