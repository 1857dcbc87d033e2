import { rowWidthOf, slotsOf } from '@driftloop/spec';
import type { TaskSpec } from '../data/check-rows.ts';
import { createCategorical } from '../factory/categories.ts';
import { createMlp, DEFAULT_HIDDEN, type MlpOptions } from '../factory/mlp.ts';
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
 * Features of so many categories are one-hot; of more, they are trained vectors. Of a feature whose
 * spec names no categories, the indices up to here are told apart.
 */
const ONE_HOT = 50;

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
  const options = { inputs: rowWidthOf({ features }), task, classes, seed };
  const model = (sizes: readonly number[]) => modelOf({ ...options, hidden: sizes }, features);
  if (factory === 'linear') return [{ model: model([]), recipe: {} }];
  const mlp = (sizes: readonly number[], recipe: Partial<Recipe>): Design => ({
    model: model(hidden ?? sizes),
    recipe,
  });
  return [mlp(DEFAULT_HIDDEN, {}), mlp(WIDE, {}), mlp(WIDE, LONG)];
}

/** A category is no number: two of neighbouring indices have nothing to do with each other. */
function modelOf(options: MlpOptions, features: TaskSpec['features']): Uint8Array {
  // By slot of a row: an embedding's numbers are numbers.
  const at = slotsOf(features).featureAt.map((index) => features[index]!);
  const categories = at.map(({ kind, categories: names = [] }) =>
    kind === 'categorical' ? names.length || ONE_HOT : 0,
  );
  if (categories.every((count) => count === 0)) return createMlp(options);
  const wrapped = [...at.keys()].filter(
    (i) => at[i]?.kind === 'categorical' && (at[i]?.categories?.length ?? 0) === 0,
  );
  return createCategorical({ ...options, categories, wrapped, oneHotUpTo: ONE_HOT });
}
