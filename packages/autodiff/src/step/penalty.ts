import type { GraphBuilder } from '@driftloop/onnx';
import type { StateEntry } from '../engine.ts';
import type { Parameter } from '../forward/forward-graph.ts';
import { INPUTS, stateName } from './names.ts';

/**
 * Emits scale/2 · Σ importance·(θ − anchor)² over all parameters (Kirkpatrick et al. 2017, equation
 * 3) and adds its gradients. Anchors and importances are state that no step changes.
 */
export function emitPenalty(
  builder: GraphBuilder,
  parameters: readonly Parameter[],
  gradients: ReadonlyMap<string, string>,
): { loss: string; gradients: Map<string, string>; state: StateEntry[] } {
  const scale = builder.input(INPUTS.penaltyScale, 'float32', []);
  const state: StateEntry[] = [];
  const withPenalty = new Map(gradients);
  const sums = parameters.map(({ name, dims }) => {
    const anchor = builder.input(stateName('anchor', name), 'float32', dims);
    const importance = builder.input(stateName('importance', name), 'float32', dims);
    state.push({ name: anchor, dims }, { name: importance, dims });
    const distance = builder.node('Sub', [name, anchor]);
    const pull = builder.node('Mul', [importance, distance]);
    const gradient = builder.node('Mul', [pull, scale]);
    const before = gradients.get(name);
    withPenalty.set(name, before === undefined ? gradient : builder.node('Add', [before, gradient]));
    return builder.node('ReduceSum', [builder.node('Mul', [pull, distance])], { keepdims: 0 });
  });
  const total = sums.reduce((sum, value) => builder.node('Add', [sum, value]));
  const half = builder.node('Mul', [scale, builder.float(0.5)]);
  return { loss: builder.node('Mul', [half, total]), gradients: withPenalty, state };
}
