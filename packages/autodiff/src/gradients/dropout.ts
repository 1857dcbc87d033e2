import { DriftloopError } from '@driftloop/errors';
import { type GradientRule, inputOf, outputOf, unaryRule } from './rule.ts';

/**
 * dy/(1 − ratio) where the mask (the second output) kept the element. Inactive nodes were made
 * Identity before (rewriteForTraining).
 */
const dropout = unaryRule(({ builder, node }, gradient) => {
  const mask = outputOf(node, 1);
  if (mask === '') throw new DriftloopError('GRAPH_INVALID', `Dropout ${node.name} has no mask output`);
  const kept = builder.node('Sub', [builder.float(1), inputOf(node, 1)]);
  return builder.node('Where', [mask, builder.node('Div', [gradient, kept]), builder.float(0)]);
});

export const dropoutGradients: Readonly<Record<string, GradientRule>> = { Dropout: dropout };
