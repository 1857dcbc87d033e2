import type { ModelSpec } from '@driftloop/schemas';

type Names = Pick<ModelSpec, 'classNames' | 'features' | 'outputs'>;

/**
 * Why versions of a model would misread what comes under a new spec, in words; undefined where they
 * would not. Versions know categories and classes by their indices: new categories may be added at
 * the end, and what has a name keeps its place.
 */
export function renamingProblem(known: Names, wanted: Names): string | undefined {
  const { classNames: before = [] } = known;
  const { classNames: after = [] } = wanted;
  if (before.length > 0 && !isPrefix(before, after))
    return `its classes are ${before.join(', ')}, and would be ${after.join(', ') || 'without names'}`;
  const outputs = movedOutput(known, wanted);
  if (outputs !== undefined) return outputs;
  // With other features no version fits any more, and the next one is made for the new spec.
  if (known.features.length !== wanted.features.length) return undefined;
  for (const [index, { name, categories: indexed = [] }] of known.features.entries()) {
    const { name: newName, categories = [] } = wanted.features[index] ?? { name: '' };
    if (name !== newName || indexed.length === 0 || isPrefix(indexed, categories)) continue;
    const moved = indexed.findIndex((category, i) => categories[i] !== category);
    return `category ${moved} of feature '${name}' is '${indexed[moved]}', and would be ${categories[moved] === undefined ? 'none' : `'${categories[moved]}'`}`;
  }
  return undefined;
}

/**
 * With another number of outputs no version fits any more, and the next one is made for the new
 * spec.
 */
function movedOutput({ outputs: before = [] }: Names, { outputs: after = [] }: Names): string | undefined {
  if (before.length !== after.length) return undefined;
  const moved = before.findIndex(
    ({ name, target = '', quantile = null }, i) =>
      name !== after[i]?.name ||
      target !== (after[i]?.target ?? '') ||
      quantile !== (after[i]?.quantile ?? null),
  );
  const names = (outputs: typeof before) => outputs.map(({ name }) => name).join(', ');
  if (moved < 0) return undefined;
  return before[moved]?.name === after[moved]?.name
    ? `output '${before[moved]?.name}' would be of another target or quantile`
    : `its outputs are ${names(before)}, and would be ${names(after)}`;
}

function isPrefix(start: readonly string[], whole: readonly string[]): boolean {
  return start.every((name, index) => whole[index] === name);
}
