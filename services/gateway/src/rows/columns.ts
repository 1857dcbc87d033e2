import { DriftloopError, listed } from '@driftloop/errors';
import type { FeatureSpec, ModelSpec } from '@driftloop/schemas';
import { comesByName, isNamedCategory, type RequestColumns, rowWidthOf } from '@driftloop/spec';

/** A value as callers write it: what JSON has, and whole numbers beyond it. */
export type ColumnValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | readonly (number | bigint | null)[];

/** Columns of a request, being sorted. */
export interface SortedColumns extends RequestColumns {
  readonly numbers: Record<string, number>;
  readonly texts: Record<string, string>;
  readonly vectors: Record<string, Float32Array>;
}

const NO_FEATURES = new Float32Array(0);

/** A row without a column yet. */
export function noColumns(): SortedColumns {
  // Names come from outside: none may be one that every object has.
  return { features: NO_FEATURES, numbers: bare(), texts: bare(), vectors: bare() };
}

/**
 * Sorts columns by name into numbers and texts, as the spec has them. Columns that the spec does
 * not name are passed over, as on Kafka.
 *
 * @throws DriftloopError REQUEST_INVALID naming the column whose value is of the wrong kind
 */
export function columnsOf(
  columns: Readonly<Record<string, ColumnValue>>,
  spec: Pick<ModelSpec, 'model' | 'features'>,
): SortedColumns {
  const row = noColumns();
  for (const feature of spec.features) {
    if (Object.hasOwn(columns, feature.name)) putColumn(row, feature, columns[feature.name], spec.model);
  }
  return row;
}

/**
 * Puts one value where the spec has it: texts where the categories have names or the feature is
 * free text, a list of numbers where it is an embedding, else a number; true is 1 and false 0; null
 * is a missing value. A number or a boolean that is the name of a category is taken for it, and is
 * written out where the feature is free text.
 *
 * @throws DriftloopError REQUEST_INVALID
 */
export function putColumn(row: SortedColumns, feature: FeatureSpec, value: ColumnValue, model: string): void {
  const { name } = feature;
  if (value === null || value === undefined) return;
  if (feature.kind === 'embedding') {
    if (typeof value !== 'object') throw noVector(feature, value, model);
    row.vectors[name] = Float32Array.from(value, (number) => (number === null ? Number.NaN : Number(number)));
  } else if (typeof value === 'object') {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `Column '${name}' is a list, but in model '${model}' it is one ${comesByName(feature) ? 'text' : 'number'}.`,
    );
  } else if (comesByName(feature)) {
    const text = String(value);
    if (isNamedCategory(feature) && typeof value !== 'string' && !feature.categories?.includes(text))
      throw noCategory(feature, value, model);
    row.texts[name] = text;
  } else if (typeof value === 'string') {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `Column '${name}' is the text '${value}', but in model '${model}' it is a number: send one, or give the categories of the column names in the spec.`,
    );
  } else {
    const number = Number(value);
    // A missing value is a column that is not there.
    if (!Number.isNaN(number)) row.numbers[name] = number;
  }
}

/**
 * The row as a request has it: one without any value cannot be told by names, and is a row of
 * missing values in the spec's order.
 */
export function wholeRow(row: SortedColumns, { features }: Pick<ModelSpec, 'features'>): RequestColumns {
  const isEmpty = [row.numbers, row.texts, row.vectors].every((columns) => Object.keys(columns).length === 0);
  if (!isEmpty) return row;
  const [first] = features;
  // Rows of numbers alone have no texts.
  if (features.some(({ kind }) => kind === 'text'))
    return { ...row, numbers: { [first?.name ?? '']: Number.NaN } };
  return { features: new Float32Array(rowWidthOf({ features })).fill(Number.NaN) };
}

function noVector({ name, size }: FeatureSpec, value: ColumnValue, model: string): DriftloopError {
  return new DriftloopError(
    'REQUEST_INVALID',
    `Column '${name}' is the ${typeof value} '${String(value).slice(0, 40)}', but in model '${model}' it is an embedding: send a list of ${size} numbers.`,
  );
}

function noCategory(
  { name, categories = [] }: FeatureSpec,
  value: ColumnValue,
  model: string,
): DriftloopError {
  return new DriftloopError(
    'REQUEST_INVALID',
    `Column '${name}' is the ${typeof value} ${value}, but in model '${model}' it is a text, one of ${listed(categories)}: send the name of the category.`,
  );
}

function bare<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
