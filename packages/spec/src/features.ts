import { listed, type Refusal } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { slotNames, slotsOf } from './row-slots.ts';

/**
 * Whether a feature may have this value: a finite one, or NaN for a missing one where the spec
 * allows it. Asked for every value.
 */
export function isFeature(value: number, allowMissing: boolean): boolean {
  // Only NaN and the infinities differ from 0 after the subtraction.
  return value - value === 0 || (allowMissing && Number.isNaN(value));
}

/**
 * Why a row of features cannot be answered or learnt from (FEATURES_WRONG_LENGTH,
 * FEATURE_NOT_FINITE); undefined for one that can be used.
 * @param row NaN is a missing value; what float32 does not hold is wrong
 */
export function featuresRefusal(
  row: ArrayLike<number>,
  spec: Pick<ModelSpec, 'model' | 'features'>,
): Refusal | undefined {
  const { model, features } = spec;
  const { width, featureAt } = slotsOf(features);
  if (row.length !== width) {
    const had = row.length === 0 ? 'neither features nor columns by name' : `${row.length} features`;
    const reason = `The request has ${had}, model '${model}' has ${width}: ${listed(slotNames(features))}.`;
    return { code: 'FEATURES_WRONG_LENGTH', reason };
  }
  const wrong = featureAt.findIndex(
    (feature, i) => !isFeature(Math.fround(row[i] as number), features[feature]?.allowMissing ?? false),
  );
  return wrong < 0
    ? undefined
    : {
        code: 'FEATURE_NOT_FINITE',
        reason: notFinite(row[wrong] as number, featureAt[wrong] as number, spec),
      };
}

function notFinite(
  value: number,
  feature: number,
  { model, features }: Pick<ModelSpec, 'model' | 'features'>,
) {
  const name = features[feature]?.name ?? String(feature);
  return Number.isNaN(value)
    ? `Feature '${name}' is NaN (missing; null in JSON), but the spec of model '${model}' allows no missing value there.`
    : `Feature '${name}' is ${value}; features must be finite numbers that a float32 holds.`;
}
