import type { ModelSpec, ModelTask } from '@driftloop/schemas';
import { outputWidthsOf } from './outputs.ts';
import { rowWidthOf, slotsOf } from './row-slots.ts';

/**
 * What a version takes and answers, as its manifest says; the last dimension of a shape is its
 * width where it is a number.
 */
export interface VersionInterface {
  readonly task: ModelTask;
  readonly input: { readonly shape: readonly (number | string)[] };
  /** Absent where it takes no free texts. */
  readonly texts?: { readonly shape: readonly (number | string)[] };
  readonly output: { readonly shape: readonly (number | string)[] };
}

/**
 * Why a version cannot answer a spec's requests, as the rest of a sentence that begins with it;
 * undefined for one that can: its task is the spec's, and so are its widths, where its file says
 * them.
 */
export function fitProblem(
  version: VersionInterface,
  spec: Pick<ModelSpec, 'task' | 'classes' | 'features' | 'outputs'>,
): string | undefined {
  const { task, input, output } = version;
  if (task !== spec.task) return `is a ${task} model, its spec is one of ${spec.task}`;
  const width = widthOf(input);
  const wanted = rowWidthOf(spec);
  if (width !== undefined && width !== wanted) return `takes ${width} features, its spec names ${wanted}`;
  const [texts, free] = [version.texts?.shape.at(-1) ?? 0, slotsOf(spec.features).texts.length];
  if (texts !== free) return `takes ${texts} free texts, its spec names ${free}`;
  const answers = widthOf(output);
  const widths = outputWidthsOf(spec);
  return answers === undefined || widths.includes(answers)
    ? undefined
    : `answers ${answers} numbers per row, its spec asks for ${widths.join(' or ')}`;
}

/**
 * Whether two versions take the same features and answer the same; otherwise the model's spec has
 * changed between them.
 */
export function isAlike(a: VersionInterface, b: VersionInterface): boolean {
  const isSame = (one: Tensor | undefined, other: Tensor | undefined) => lastOf(one) === lastOf(other);
  return (
    a.task === b.task && isSame(a.input, b.input) && isSame(a.texts, b.texts) && isSame(a.output, b.output)
  );
}

/** Whether two specs of a model say the same, whenever they were published. */
export function isSameSpec(a: ModelSpec, b: ModelSpec): boolean {
  return JSON.stringify({ ...a, updatedAt: 0 }) === JSON.stringify({ ...b, updatedAt: 0 });
}

function widthOf({ shape }: VersionInterface['input']): number | undefined {
  const width = shape.length > 1 ? shape.at(-1) : undefined;
  return typeof width === 'number' ? width : undefined;
}

type Tensor = VersionInterface['input'];

function lastOf(tensor: Tensor | undefined): number | string | undefined {
  return tensor?.shape.at(-1);
}
