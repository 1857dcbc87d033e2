import type { GraphBuilder } from '@driftloop/onnx';
import type { StateEntry } from '../engine.ts';
import type { Parameter } from '../forward/forward-graph.ts';
import { optimizerRule } from '../optimizers/index.ts';
import type { TrainingOptions } from '../training-options.ts';
import { clipGradients } from './clip.ts';
import { nextName, stateName } from './names.ts';

/** The optimizer's part of a graph. */
export interface Update {
  /** Optimizer slots and masks. */
  readonly state: readonly StateEntry[];
  /** Parameter or state entry → output. */
  readonly updates: Readonly<Record<string, string>>;
}

/** Emits masking, clipping and the optimizer's update of every parameter, with their state as inputs and outputs. */
export function emitUpdate(
  builder: GraphBuilder,
  parameters: readonly Parameter[],
  gradients: ReadonlyMap<string, string>,
  options: TrainingOptions,
): Update {
  const rule = optimizerRule(options.optimizer);
  for (const scalar of rule.scalarNames) builder.input(scalar, 'float32', []);
  const state: StateEntry[] = [];
  const updates: Record<string, string> = {};
  const addState = (entry: StateEntry) => {
    state.push(entry);
    return builder.input(entry.name, 'float32', entry.dims);
  };
  const masks = new Map<string, string>();
  for (const { name, dims, initial } of options.masks ? parameters : []) {
    masks.set(
      name,
      addState({ name: stateName('mask', name), dims, initial: new Float32Array(initial.length).fill(1) }),
    );
  }
  const masked = (name: string, value: string) => {
    const mask = masks.get(name);
    return mask === undefined ? value : builder.node('Mul', [value, mask]);
  };
  const unclipped = new Map([...gradients].map(([name, gradient]) => [name, masked(name, gradient)]));
  const used =
    options.clipNorm === undefined ? unclipped : clipGradients(builder, unclipped, options.clipNorm);
  for (const { name, dims } of parameters) {
    const slots = rule.slots.map((slot) => {
      const before = addState({ name: stateName(slot, name), dims });
      updates[before] = nextName(before);
      return [slot, { before, after: nextName(before) }] as const;
    });
    const { delta, decay } = rule.emit(builder, name, used.get(name) ?? '', Object.fromEntries(slots));
    for (const [, slot] of slots) builder.output(slot.after);
    updates[name] = builder.output(emitMove(builder, name, delta, decay, masks.get(name)));
  }
  return { state, updates };
}

/** θ' = decay·θ − delta; a mask holds both back, and must, as momentum goes on where there is no gradient. */
function emitMove(builder: GraphBuilder, name: string, delta: string, decay?: string, mask?: string): string {
  const next = nextName(name);
  const kept = decay === undefined ? name : builder.node('Mul', [name, decay]);
  if (mask === undefined) return builder.node('Sub', [kept, delta], {}, next);
  const step = decay === undefined ? delta : builder.node('Add', [builder.node('Sub', [name, kept]), delta]);
  return builder.node('Sub', [name, builder.node('Mul', [step, mask])], {}, next);
}
