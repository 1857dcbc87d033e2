import { DriftloopError } from '@driftloop/errors';
import type { ValueDescription } from '../describe.ts';

/** A feature of a spec, as far as inputs of a file need to know it. */
export interface Column {
  readonly name: string;
  /** Texts of a categorical feature, whose index a row holds. @default none */
  readonly categories?: readonly string[] | undefined;
  /** @default one number */
  readonly kind?: 'numeric' | 'categorical' | 'embedding' | 'text' | undefined;
  /** Numbers of an embedding. */
  readonly size?: number | undefined;
}

/** Positions of each feature in a row, in order: an embedding has as many as its size. */
function positionsOf(features: readonly Column[]): number[][] {
  let next = 0;
  return features.map(({ kind, size = 0 }) =>
    Array.from({ length: kind === 'embedding' ? size : 1 }, () => next++),
  );
}

/** Which feature each position of a row is of. */
export function featuresByPosition(features: readonly Column[]): Column[] {
  return features.flatMap((feature, i) => (positionsOf(features)[i] ?? []).map(() => feature));
}

/** What an input of a file takes of a row. */
export interface InputColumns {
  readonly input: ValueDescription;
  /** Positions in the row, in the order in which the input has them. */
  readonly columns: readonly number[];
  /** Sizes behind the rows, all known; empty for an input [rows]. */
  readonly inner: readonly number[];
}

/**
 * Which columns of a row each input of a file takes. Inputs as wide as a feature take the one of
 * their name, where each of one column has one (spaces, dots, underscores and case do not count);
 * otherwise inputs take the features in their order, each as many as it is wide. One whose width is
 * open takes what the others leave. Inputs of text take features of text and of named categories,
 * and no others take a feature of text.
 *
 * @param features of the spec, in its order
 * @throws DriftloopError MODEL_INVALID listing what the inputs take and what the spec has
 */
export function planColumns(
  inputs: readonly ValueDescription[],
  features: readonly Column[],
): readonly InputColumns[] {
  const named = byName(inputs, features);
  const strange = inputs.filter((input) => isNarrow(input) && !named.has(input));
  if (named.size > 0 && strange.length > 0) {
    const names = strange.map(({ name }) => name).join(', ');
    throw misfit(inputs, features, `${names}: no feature of the spec is called so`);
  }
  const positions = positionsOf(features);
  const taken = new Set(named.values());
  const free = features.map((_, feature) => feature).filter((feature) => !taken.has(feature));
  const wide = inputs.filter((input) => !named.has(input));
  const plan = new Map<ValueDescription, InputColumns>();
  // Where there is free text, texts and numbers are told apart; else features are taken as they
  // come.
  const texts = free.filter((feature) => features[feature]?.kind === 'text');
  const ofText = texts.length === 0 ? [] : wide.filter(({ type }) => type === 'string');
  const others = wide.filter((input) => !ofText.includes(input));
  const rest = free.filter((feature) => !texts.includes(feature));
  assign(
    ofText,
    texts.flatMap((feature) => positions[feature] ?? []),
  );
  assign(
    others,
    rest.flatMap((feature) => positions[feature] ?? []),
  );
  if (texts.length > 0 && ofText.length === 0)
    throw misfit(inputs, features, `no input takes the text ${features[texts[0] ?? 0]?.name}`);
  return inputs.map((input) => {
    const columns = positions[named.get(input) ?? 0] ?? [];
    const inner = (input.dims ?? [])
      .slice(1)
      .map((size) => (typeof size === 'number' ? size : columns.length));
    return plan.get(input) ?? { input, columns, inner };
  });

  function assign(wide: readonly ValueDescription[], free: readonly number[]): void {
    const sizes = innerSizes(wide, free.length);
    const wanted = sizes?.reduce((sum, inner) => sum + widthOf(inner), 0);
    // Features that no input is called after may be left over: the file does not need them.
    if (sizes === undefined || (wide.length > 0 && wanted !== free.length))
      throw misfit(inputs, features, `${named.size + (wanted ?? 0)} columns in all`);
    let next = 0;
    wide.forEach((input, i) => {
      const inner = sizes[i] ?? [];
      const columns = free.slice(next, next + widthOf(inner));
      next += columns.length;
      plan.set(input, { input, columns, inner });
    });
  }
}

/** Inputs that are as wide as the feature of their name, with its place in the spec. */
function byName(inputs: readonly ValueDescription[], features: readonly Column[]) {
  const found = new Map<ValueDescription, number>();
  if (inputs.length === 1) return found;
  const taken = new Set<number>();
  const take = (input: ValueDescription, column: number) => {
    if (column < 0 || taken.has(column)) return;
    taken.add(column);
    found.set(input, column);
  };
  for (const input of inputs)
    take(
      input,
      features.findIndex((feature) => feature.name === input.name && hasWidthOf(input, feature)),
    );
  for (const input of inputs) {
    if (found.has(input)) continue;
    const alike = features.flatMap((feature, column) =>
      !taken.has(column) && plain(feature.name) === plain(input.name) && hasWidthOf(input, feature)
        ? [column]
        : [],
    );
    // Two features alike: the name does not say which.
    if (alike.length === 1) take(input, alike[0] ?? -1);
  }
  return found;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Whether an input takes one feature: [rows] or [rows, 1], or [rows, size] of an embedding. */
function hasWidthOf(input: ValueDescription, { kind, size }: Column): boolean {
  if (kind !== 'embedding') return isNarrow(input) && (kind !== 'text' || input.type === 'string');
  const [, width] = input.dims ?? [];
  return input.dims?.length === 2 && (width === size || typeof width === 'string');
}

/** Whether an input is declared with one column: [rows] or [rows, 1]. */
function isNarrow({ dims }: ValueDescription): boolean {
  return dims !== undefined && dims.length > 0 && dims.slice(1).every((size) => size === 1);
}

/**
 * Sizes behind the rows; open ones share evenly what the others leave. Undefined where that does
 * not work out.
 */
function innerSizes(inputs: readonly ValueDescription[], columns: number): number[][] | undefined {
  const declared = inputs.map(({ dims }) => (dims === undefined ? ['columns'] : dims.slice(1)));
  const open = declared.filter((inner) => inner.some((size) => typeof size === 'string'));
  const known = declared.filter((inner) => !open.includes(inner));
  const rest = columns - known.reduce((sum, inner) => sum + widthOf(inner.map(Number)), 0);
  const share = open.length > 0 ? rest / open.length : 0;
  const sizes = declared.map((inner) => {
    if (!open.includes(inner)) return inner.map(Number);
    const strings = inner.filter((size) => typeof size === 'string').length;
    const unit = widthOf(inner.filter((size) => typeof size === 'number'));
    const size = share / unit;
    if (strings > 1 || !Number.isInteger(size) || size < 1) return undefined;
    return inner.map((given) => (typeof given === 'string' ? size : given));
  });
  return sizes.every((inner) => inner !== undefined) ? sizes : undefined;
}

function widthOf(inner: readonly number[]): number {
  return inner.reduce((product, size) => product * size, 1);
}

/** Names that a message lists. */
const MOST_NAMES = 20;

function misfit(
  inputs: readonly ValueDescription[],
  features: readonly Column[],
  what: string,
): DriftloopError {
  const taken = inputs.map(
    ({ name, type, dims }) => `${name}: ${type ?? 'undeclared'} [${dims?.join(', ') ?? '?'}]`,
  );
  return new DriftloopError(
    'MODEL_INVALID',
    `the inputs of the ONNX file do not fit the spec: it takes ${listed(taken)} (${what}), the spec has ${featuresByPosition(features).length} features: ` +
      `${listed(features.map(({ name, kind, size }) => (kind === 'embedding' ? `${name} (${size} numbers)` : name)))}. Call the features as the inputs are called, or list them in the order and number that the inputs take`,
  );
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
