import type { TaskSpec } from '../data/check-rows.ts';
import { createLinear, createMlp, DEFAULT_HIDDEN } from '../factory/mlp.ts';
import type { Recipe } from '../train/recipe.ts';

/** A model that a first version may be, and how it is trained. */
export interface Design {
  /** ONNX file; its parameters are drawn anew. */
  readonly model: Uint8Array;
  readonly recipe: Partial<Recipe>;
}

/** Kinds of models that first versions are made of. */
export const FACTORIES = ['mlp', 'linear'] as const;
export type Factory = (typeof FACTORIES)[number];

/** Wide enough for what tables of many rows hold; the held-back rows tell when it is too much. */
const WIDE: readonly number[] = [100];
/** For models that have more to learn than the default recipe gives time for. */
const LONG: Partial<Recipe> = {
  epochs: 80,
  learningRate: 0.01,
  optimizer: { kind: 'adamw', weightDecay: 0.05 },
};

/**
 * The designs of a factory for a table, the smallest first: which of them suits it is found by
 * trying (docs/decisions/first-versions.md).
 *
 * @param hidden sizes of hidden layers, where they are given
 */
export function designsOf(
  factory: Factory,
  { task, classes, features }: TaskSpec,
  seed: number,
  hidden?: readonly number[],
): Design[] {
  const options = { inputs: features.length, task, classes, seed };
  if (factory === 'linear') return [{ model: createLinear(options), recipe: {} }];
  const mlp = (sizes: readonly number[], recipe: Partial<Recipe>): Design => ({
    model: createMlp({ ...options, hidden: hidden ?? sizes }),
    recipe,
  });
  return [mlp(DEFAULT_HIDDEN, {}), mlp(WIDE, {}), mlp(WIDE, LONG)];
}
