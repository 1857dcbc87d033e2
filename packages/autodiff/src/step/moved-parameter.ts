import type { Arithmetic } from '../elementwise/arithmetic.ts';
import type { OptimizerRule, RuleInputs } from '../optimizers/optimizer-rule.ts';

/** A parameter and its slots after an update. */
export interface MovedParameter<V> {
  readonly parameter: V;
  readonly slots: Readonly<Record<string, V>>;
}

/**
 * θ' = decay·θ − delta, by an optimizer's rule. A mask holds both back, and must, as momentum goes
 * on where there is no gradient.
 *
 * @param inputs the gradient is masked and clipped already
 */
export function movedParameter<V>(
  math: Arithmetic<V>,
  rule: OptimizerRule,
  inputs: RuleInputs<V>,
  mask: V | undefined,
): MovedParameter<V> {
  const { parameter } = inputs;
  const { slots, delta, decay } = rule.update(math, inputs);
  const kept = decay === undefined ? parameter : math.multiply(parameter, decay);
  if (mask === undefined) return { slots, parameter: math.subtract(kept, delta) };
  const step = decay === undefined ? delta : math.add(math.subtract(parameter, kept), delta);
  return { slots, parameter: math.subtract(parameter, math.multiply(step, mask)) };
}
