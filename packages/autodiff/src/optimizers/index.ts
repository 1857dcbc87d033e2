import type { Optimizer } from '../training-options.ts';
import { adam } from './adam.ts';
import type { OptimizerRule } from './optimizer-rule.ts';
import { sgd } from './sgd.ts';

/** The graph rule of an optimizer. */
export function optimizerRule(optimizer: Optimizer): OptimizerRule {
  return optimizer.kind === 'sgd' ? sgd(optimizer) : adam(optimizer);
}
