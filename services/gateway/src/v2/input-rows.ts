import { DriftloopError, listed } from '@driftloop/errors';
import type { FeatureSpec, ModelSpec } from '@driftloop/schemas';
import {
  comesByName,
  isNamedCategory,
  numbersOf,
  type RequestColumns,
  requestRefusal,
  rowOf,
  rowWidthOf,
  slotNames,
} from '@driftloop/spec';
import { type ColumnValue, noColumns, putColumn, type SortedColumns, wholeRow } from '../rows/columns.ts';
import type { Element, Tensor } from './datatypes.ts';
import { invalid } from './shape.ts';

type RowsSpec = Pick<ModelSpec, 'model' | 'features'>;

/**
 * The rows of a call. Either one tensor of numbers, rows × features in the spec's order, under any
 * name; or a tensor per feature, by its name, with one element per row, and as many as its size of
 * an embedding: numbers or BOOL, and BYTES where the spec names the categories or has free text.
 *
 * @throws DriftloopError REQUEST_INVALID, FEATURES_WRONG_LENGTH, FEATURE_NOT_FINITE,
 *   FEATURE_MISSING
 */
export function rowsOf(inputs: readonly Tensor[], spec: RowsSpec): RequestColumns[] {
  const [first] = inputs;
  if (first === undefined)
    throw new DriftloopError('REQUEST_INVALID', `The call has no inputs. ${taken(spec)}.`);
  const rows =
    inputs.length === 1 && isMatrix(first, spec) ? matrixRows(first, spec) : namedRows(inputs, spec);
  if (rows.length === 0) throw invalid(first.name, 'has no rows');
  return rows;
}

/** One tensor is a matrix, unless it is the one column of its name. */
function isMatrix({ name, shape }: Tensor, { features }: RowsSpec): boolean {
  const named = features.find((feature) => feature.name === name);
  return named === undefined || (shape.length === 2 && shape[1] !== numbersOf(named));
}

function matrixRows(tensor: Tensor, spec: RowsSpec): RequestColumns[] {
  const { name, datatype, shape, data } = tensor;
  const [count = 0, width = 0] = shape;
  if (shape.length !== 2) throw invalid(name, `has shape [${shape.join(', ')}]. ${taken(spec)}`);
  if (datatype === 'BYTES')
    throw invalid(name, `is BYTES, and no feature of this name is there. ${taken(spec)}`);
  return Array.from({ length: count }, (_, row) => {
    const values = Array.from({ length: width }, (_, column) => numberOf(data[row * width + column]));
    // What float32 does not hold is refused as it was sent.
    refuse(requestRefusal({ features: Float32Array.from(values) }, values, spec), row, count);
    return { features: Float32Array.from(values) };
  });
}

function namedRows(inputs: readonly Tensor[], spec: RowsSpec): RequestColumns[] {
  const features = new Map(spec.features.map((feature) => [feature.name, feature]));
  const count = inputs[0]?.shape[0] ?? 0;
  const rows = Array.from({ length: count }, noColumns);
  const seen = new Set<string>();
  for (const input of inputs) {
    const feature = features.get(input.name);
    if (feature === undefined)
      throw invalid(input.name, `is no feature of model '${spec.model}'. ${taken(spec)}`);
    if (seen.has(input.name)) throw invalid(input.name, 'is there twice');
    seen.add(input.name);
    checkColumn(input, feature, count);
    putInto(rows, input, feature, spec);
  }
  return rows.map((columns, row) => {
    const whole = wholeRow(columns, spec);
    refuse(requestRefusal(whole, rowOf(whole, spec), spec), row, count);
    return whole;
  });
}

function putInto(
  rows: readonly SortedColumns[],
  { data }: Tensor,
  feature: FeatureSpec,
  { model }: RowsSpec,
) {
  const size = numbersOf(feature);
  for (const [row, columns] of rows.entries()) {
    const value =
      feature.kind === 'embedding' ? vectorOf(data, row * size, size) : (data[row] as ColumnValue);
    putColumn(columns, feature, value, model);
  }
}

/** A vector that is missing in all its numbers is missing. */
function vectorOf(data: Tensor['data'], from: number, size: number): number[] | undefined {
  const vector = Array.from({ length: size }, (_, i) => numberOf(data[from + i]));
  return vector.every(Number.isNaN) ? undefined : vector;
}

function checkColumn({ name, datatype, shape }: Tensor, feature: FeatureSpec, count: number): void {
  const size = numbersOf(feature);
  const isColumn = shape.length === 2 ? shape[1] === size : shape.length === 1 && size === 1;
  if (!isColumn)
    throw invalid(
      name,
      `has shape [${shape.join(', ')}]; ${feature.kind === 'embedding' ? `the embedding has [rows, ${size}]` : 'a feature has [rows] or [rows, 1]'}`,
    );
  if (shape[0] !== count) throw invalid(name, `has ${shape[0]} rows, the input before it ${count}`);
  if (isNamedCategory(feature) && datatype !== 'BYTES')
    throw invalid(name, `is ${datatype}, but its categories have names: send BYTES with them`);
  if (feature.kind === 'text' && datatype !== 'BYTES')
    throw invalid(name, `is ${datatype}, but it is free text: send BYTES`);
  if (!comesByName(feature) && datatype === 'BYTES')
    throw invalid(name, 'is BYTES, but the feature is a number');
}

function numberOf(element: Element | undefined): number {
  return element === null || element === undefined ? Number.NaN : Number(element);
}

function refuse(refusal: ReturnType<typeof requestRefusal>, row: number, count: number): void {
  if (refusal === undefined) return;
  throw new DriftloopError(refusal.code, count === 1 ? refusal.reason : `Row ${row}: ${refusal.reason}`);
}

/** What inputs a model takes, for messages. */
function taken({ model, features }: RowsSpec): string {
  const shown = listed(slotNames(features));
  return `Model '${model}' takes one tensor of numbers of shape [rows, ${rowWidthOf({ features })}], or one of shape [rows] for each of its features: ${shown}`;
}
