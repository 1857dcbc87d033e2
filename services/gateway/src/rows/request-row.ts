import { DriftloopError, listed } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { type RequestColumns, requestRefusal, rowOf } from '@driftloop/spec';
import { type ColumnValue, columnsOf, wholeRow } from './columns.ts';

/** A row as a caller sends it: one of the two. */
export interface GivenRow {
  /** null is a missing value. */
  readonly features?: readonly (number | null)[] | undefined;
  readonly columns?: Readonly<Record<string, ColumnValue>> | undefined;
}

/**
 * The row of a request, checked.
 *
 * @throws DriftloopError REQUEST_INVALID, FEATURES_WRONG_LENGTH, FEATURE_NOT_FINITE,
 *   FEATURE_MISSING
 */
export function requestRow({ features, columns }: GivenRow, spec: ModelSpec): RequestColumns {
  if ((features === undefined) === (columns === undefined))
    throw new DriftloopError(
      'REQUEST_INVALID',
      `The body must have features (a list in the spec's order) or columns (values by name), one of the two.`,
    );
  if (columns !== undefined) {
    if (!spec.features.some(({ name }) => Object.hasOwn(columns, name))) throw noColumn(columns, spec);
    const row = wholeRow(columnsOf(columns, spec), spec);
    refuse(requestRefusal(row, rowOf(row, spec), spec));
    return row;
  }
  const row = (features ?? []).map((value) => value ?? Number.NaN);
  const whole = { features: Float32Array.from(row) };
  refuse(requestRefusal(whole, row, spec));
  return whole;
}

function refuse(refusal: ReturnType<typeof requestRefusal>): void {
  if (refusal) throw new DriftloopError(refusal.code, refusal.reason);
}

function noColumn(columns: object, { model, features }: ModelSpec): DriftloopError {
  const given = listed(Object.keys(columns));
  const known = listed(features.map(({ name }) => name));
  return new DriftloopError(
    'FEATURE_MISSING',
    `The request has the columns ${given || '(none)'}, none of which is a feature of model '${model}': ${known}.`,
  );
}
