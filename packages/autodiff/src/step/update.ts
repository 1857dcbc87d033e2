import type { GraphBuilder } from '@driftloop/onnx';
import { graphArithmetic } from '../elementwise/arithmetic.ts';
import type { StateEntry } from '../engine.ts';
import type { Parameter } from '../forward/forward-graph.ts';
import { optimizerRule } from '../optimizers/index.ts';
import type { TrainingOptions } from '../training-options.ts';
import { clipGradients } from './clip.ts';
import { movedParameter } from './moved-parameter.ts';
import { stateName } from './names.ts';

/** The optimizer's part of a graph. */
export interface Update {
  /** Optimizer slots and masks. */
  readonly state: readonly StateEntry[];
  /** Parameter or state entry → output. */
  readonly updates: Readonly<Record<string, string>>;
}

/** What an update keeps besides parameters: masks, ones at first, and the optimizer's slots. */
export function updateState(parameters: readonly Parameter[], options: TrainingOptions): StateEntry[] {
  const { slots } = optimizerRule(options.optimizer);
  return parameters.flatMap(({ name, dims, initial }) => [
    ...(options.masks
      ? [{ name: stateName('mask', name), dims, initial: new Float32Array(initial.length).fill(1) }]
      : []),
    ...slots.map((slot) => ({ name: stateName(slot, name), dims })),
  ]);
}

/**
 * Emits masking, clipping and the optimizer's update of every parameter, with their state as inputs
 * and outputs.
 */
export function emitUpdate(
  builder: GraphBuilder,
  parameters: readonly Parameter[],
  gradients: ReadonlyMap<string, string>,
  options: TrainingOptions,
): Update {
  const math = graphArithmetic(builder);
  const rule = optimizerRule(options.optimizer);
  for (const scalar of rule.scalarNames) builder.input(scalar, 'float32', []);
  const state = updateState(parameters, options);
  for (const entry of state) builder.input(entry.name, 'float32', entry.dims);
  const maskOf = (name: string) => (options.masks ? stateName('mask', name) : undefined);
  const unclipped = new Map(
    [...gradients].map(([name, gradient]) => {
      const mask = maskOf(name);
      return [name, mask === undefined ? gradient : math.multiply(gradient, mask)];
    }),
  );
  const used =
    options.clipNorm === undefined ? unclipped : clipGradients(builder, unclipped, options.clipNorm);
  const updates: Record<string, string> = {};
  for (const { name } of parameters) {
    const inputs = {
      parameter: name,
      gradient: used.get(name) ?? '',
      slot: (slot: string) => stateName(slot, name),
      scalar: (scalar: string) => scalar,
    };
    const moved = movedParameter(math, rule, inputs, maskOf(name));
    for (const [slot, value] of Object.entries(moved.slots)) {
      updates[stateName(slot, name)] = builder.output(value);
    }
    updates[name] = builder.output(moved.parameter);
  }
  return { state, updates };
}
