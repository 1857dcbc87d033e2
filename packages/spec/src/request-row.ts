import { listed, type Refusal } from '@driftloop/errors';
import type { FeatureSpec, InferenceRequest, ModelSpec } from '@driftloop/schemas';
import { featuresRefusal } from './features.ts';

/** Where a request says its row: `features` in the spec's order, or columns by name. */
export type RequestColumns = Pick<InferenceRequest, 'features' | 'numbers' | 'texts'>;

/** The index of a category that the spec does not name. */
export const UNKNOWN_CATEGORY = -1;

const NONE: Readonly<Record<string, never>> = {};

/**
 * The row of a request, one float32 per feature of the spec: `features` as they are, or columns
 * by name, where a category is its index in the spec (`UNKNOWN_CATEGORY` for one that is not there)
 * and a column that is missing is NaN. Names that the spec has not are passed over. Asked for every
 * row.
 */
export function rowOf(request: RequestColumns, spec: Pick<ModelSpec, 'features'>): Float32Array {
  const { features, numbers = NONE, texts = NONE } = request;
  if (features.length > 0 || !isNamed(request)) return features;
  const row = new Float32Array(spec.features.length);
  for (let i = 0; i < row.length; i++) {
    const feature = spec.features[i] as FeatureSpec;
    const indices = indicesOf(feature);
    if (indices === undefined) {
      row[i] = own(numbers, feature.name) ?? Number.NaN;
    } else {
      const text = own(texts, feature.name);
      row[i] = text === undefined ? Number.NaN : (indices.get(text) ?? UNKNOWN_CATEGORY);
    }
  }
  return row;
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
  const missing = request.features.length > 0 || !isNamed(request) ? undefined : missingOf(request, spec);
  if (missing === undefined) return featuresRefusal(row, spec);
  return { code: 'FEATURE_MISSING', reason: missingReason(missing, request, spec) };
}

function isNamed({ numbers = NONE, texts = NONE }: RequestColumns): boolean {
  for (const _ in numbers) return true;
  for (const _ in texts) return true;
  return false;
}

function missingOf({ numbers = NONE, texts = NONE }: RequestColumns, spec: Pick<ModelSpec, 'features'>) {
  return spec.features.find(
    (feature) =>
      !feature.allowMissing && !Object.hasOwn(isNamedCategory(feature) ? texts : numbers, feature.name),
  );
}

function missingReason(
  feature: FeatureSpec,
  { numbers = NONE, texts = NONE }: RequestColumns,
  { model, features }: Pick<ModelSpec, 'model' | 'features'>,
): string {
  const { name } = feature;
  const [place, other, found] = isNamedCategory(feature)
    ? ['texts', 'numbers', Object.hasOwn(numbers, name)]
    : ['numbers', 'texts', Object.hasOwn(texts, name)];
  if (found) return `Column '${name}' lies in ${other}, but the spec of model '${model}' has it in ${place}.`;
  const known = new Set(features.map((one) => one.name));
  const strange = [...Object.keys(numbers), ...Object.keys(texts)].filter((one) => !known.has(one));
  const hint = strange.length === 0 ? '' : ` It has columns that the spec does not name: ${listed(strange)}.`;
  return `The request has no column '${name}', and the spec of model '${model}' allows no missing value there.${hint}`;
}

/** Whether a feature's values are texts: a categorical one whose categories have names. */
export function isNamedCategory({ kind, categories }: FeatureSpec): boolean {
  return kind === 'categorical' && categories !== undefined && categories.length > 0;
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
