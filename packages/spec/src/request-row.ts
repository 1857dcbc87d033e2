import { listed, type Refusal } from '@driftloop/errors';
import type { FeatureSpec, InferenceRequest, ModelSpec } from '@driftloop/schemas';
import { featuresRefusal } from './features.ts';
import { numbersOf, slotsOf } from './row-slots.ts';

/** Where a request says its row: `features` in the spec's order, or columns by name. */
export type RequestColumns = Pick<InferenceRequest, 'features' | 'numbers' | 'texts' | 'vectors'>;

/** The index of a category that the spec does not name. */
export const UNKNOWN_CATEGORY = -1;

const NONE: Readonly<Record<string, never>> = {};

/**
 * The row of a request, one float32 per feature of the spec and as many as its size of an
 * embedding: `features` as they are, or columns by name, where a category is its index in the spec
 * (`UNKNOWN_CATEGORY` for one that is not there) and a column that is missing is NaN. A vector of
 * another size than the spec's is infinite, and so is a free text where the row came as `features`:
 * no row can be used that has one. Names that the spec has not are passed over. Asked for every
 * row.
 *
 * @param texts takes the free texts, whose slots then have their places in it. @default they are
 *   not kept, and their slots are 0
 */
export function rowOf(
  request: RequestColumns,
  spec: Pick<ModelSpec, 'features'>,
  texts?: string[],
): Float32Array {
  const { width, starts, texts: free } = slotsOf(spec.features);
  if (request.features.length > 0 || !isNamed(request))
    return free.length > 0 ? withoutTexts(request.features, free, starts) : request.features;
  const row = new Float32Array(width);
  for (let i = 0; i < spec.features.length; i++)
    put(row, starts[i] as number, spec.features[i] as FeatureSpec, request, texts);
  return row;
}

/** A text is no number: a row of numbers alone does not have it. */
function withoutTexts(row: Float32Array, texts: readonly number[], starts: readonly number[]): Float32Array {
  const copy = Float32Array.from(row);
  for (const text of texts) copy[starts[text] as number] = Number.POSITIVE_INFINITY;
  return copy;
}

function put(
  row: Float32Array,
  at: number,
  feature: FeatureSpec,
  { numbers = NONE, texts = NONE, vectors = NONE }: RequestColumns,
  kept: string[] | undefined,
): void {
  const { kind, name } = feature;
  if (kind === 'embedding') {
    const vector = own(vectors, name);
    const end = at + numbersOf(feature);
    if (vector?.length === end - at) row.set(vector, at);
    else row.fill(vector === undefined ? Number.NaN : Number.POSITIVE_INFINITY, at, end);
    return;
  }
  if (kind === 'text') {
    const text = own(texts, name);
    row[at] = text === undefined ? Number.NaN : kept === undefined ? 0 : kept.push(text) - 1;
    return;
  }
  const indices = indicesOf(feature);
  if (indices === undefined) {
    row[at] = own(numbers, name) ?? Number.NaN;
  } else {
    const text = own(texts, name);
    row[at] = text === undefined ? Number.NaN : (indices.get(text) ?? UNKNOWN_CATEGORY);
  }
}

/**
 * Why a request cannot be answered or learnt from: FEATURES_WRONG_LENGTH, FEATURE_NOT_FINITE, or
 * FEATURE_MISSING for a named column that is not there; undefined for one that can be used.
 * @param row the request's, by {@link rowOf}
 */
export function requestRefusal(
  request: RequestColumns,
  row: ArrayLike<number>,
  spec: Pick<ModelSpec, 'model' | 'features'>,
): Refusal | undefined {
  if (request.features.length > 0 || !isNamed(request))
    return textRefusal(request, spec) ?? featuresRefusal(row, spec);
  const missing = missingOf(request, spec);
  if (missing !== undefined)
    return { code: 'FEATURE_MISSING', reason: missingReason(missing, request, spec) };
  return sizeRefusal(request, spec) ?? featuresRefusal(row, spec);
}

function textRefusal(
  { features: row }: RequestColumns,
  { model, features }: Pick<ModelSpec, 'model' | 'features'>,
): Refusal | undefined {
  const { width, texts } = slotsOf(features);
  const [first] = texts;
  if (first === undefined || row.length !== width) return undefined;
  const { name } = features[first] as FeatureSpec;
  return {
    code: 'FEATURE_MISSING',
    reason: `Column '${name}' of model '${model}' is free text, which features cannot have: send the row by name (numbers, texts, vectors).`,
  };
}

function sizeRefusal(
  { vectors = NONE }: RequestColumns,
  { model, features }: Pick<ModelSpec, 'model' | 'features'>,
): Refusal | undefined {
  for (const { name, kind, size = 0 } of features) {
    const vector = kind === 'embedding' ? own(vectors, name) : undefined;
    if (vector === undefined || vector.length === size) continue;
    const reason = `Column '${name}' has ${vector.length} numbers, in model '${model}' it is an embedding of ${size}.`;
    return { code: 'FEATURES_WRONG_LENGTH', reason };
  }
  return undefined;
}

function isNamed({ numbers = NONE, texts = NONE, vectors = NONE }: RequestColumns): boolean {
  for (const _ in numbers) return true;
  for (const _ in texts) return true;
  for (const _ in vectors) return true;
  return false;
}

/** The maps of a request that columns lie in. */
const PLACES = ['numbers', 'texts', 'vectors'] as const;

function placeOf(feature: FeatureSpec): (typeof PLACES)[number] {
  if (feature.kind === 'embedding') return 'vectors';
  return feature.kind === 'text' || isNamedCategory(feature) ? 'texts' : 'numbers';
}

function missingOf(request: RequestColumns, spec: Pick<ModelSpec, 'features'>) {
  return spec.features.find(
    (feature) => !feature.allowMissing && !Object.hasOwn(request[placeOf(feature)] ?? NONE, feature.name),
  );
}

function missingReason(
  feature: FeatureSpec,
  request: RequestColumns,
  { model, features }: Pick<ModelSpec, 'model' | 'features'>,
): string {
  const { name } = feature;
  const found = PLACES.find((place) => Object.hasOwn(request[place] ?? NONE, name));
  if (found)
    return `Column '${name}' lies in ${found}, but the spec of model '${model}' has it in ${placeOf(feature)}.`;
  const known = new Set(features.map((one) => one.name));
  const names = PLACES.flatMap((place) => Object.keys(request[place] ?? NONE));
  const strange = names.filter((one) => !known.has(one));
  const hint = strange.length === 0 ? '' : ` It has columns that the spec does not name: ${listed(strange)}.`;
  return `The request has no column '${name}', and the spec of model '${model}' allows no missing value there.${hint}`;
}

/** Whether a feature's values are names of categories: a categorical one whose spec has these. */
export function isNamedCategory({ kind, categories }: FeatureSpec): boolean {
  return kind === 'categorical' && categories !== undefined && categories.length > 0;
}

/** Whether rows of a spec can come by name alone: as numbers they would say less, or nothing. */
export function comesByName(feature: FeatureSpec): boolean {
  return feature.kind === 'text' || isNamedCategory(feature);
}

const INDICES = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

function indicesOf(feature: FeatureSpec): ReadonlyMap<string, number> | undefined {
  const { categories } = feature;
  if (categories === undefined || !isNamedCategory(feature)) return undefined;
  const known = INDICES.get(categories);
  if (known) return known;
  const indices = new Map(categories.map((category, index) => [category, index]));
  INDICES.set(categories, indices);
  return indices;
}

/** Columns may be called like what every object has. */
function own<T>(columns: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(columns, name) ? columns[name] : undefined;
}
