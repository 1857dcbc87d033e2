import { DriftloopError, listed } from '@driftloop/errors';
import type { FeatureSpec, ModelSpec } from '@driftloop/schemas';
import {
  comesByName,
  numbersOf,
  type RequestColumns,
  requestRefusal,
  rowOf,
  slotNames,
  slotsOf,
} from '@driftloop/spec';
import { invalid, isObject, type JsonObject, parseBody, scalarText } from './parse-body.ts';
import { seldonRows } from './seldon.ts';
import { tensorsOf } from './tensors.ts';

/** What a row has in a column; undefined where it has none. */
type Cells = (name: string, place: number) => unknown;

/**
 * The rows of a request as its model's spec says them: `{"instances": …}` of v1, `{"inputs": …}` of
 * v2, Seldon's `{"data": …}` or MLflow's `{"dataframe_split": …}` and `{"dataframe_records": …}`.
 * Columns are found by their names; rows without names, and tensors whose names are no features,
 * are in the spec's order. Pure.
 *
 * @throws DriftloopError PAYLOAD_INVALID, FEATURES_WRONG_LENGTH, FEATURE_NOT_FINITE,
 *   FEATURE_MISSING
 */
export function requestRows(body: Uint8Array, spec: ModelSpec): RequestColumns[] {
  const parsed = parseBody(body, 'request');
  const rows = protocolRows(parsed, spec);
  if (rows === undefined)
    throw invalid(
      'request',
      "has none of 'instances' (v1), 'inputs' (v2), 'data' (Seldon) and 'dataframe_split' (MLflow)",
    );
  if (rows.length === 0) throw invalid('request', 'has no rows');
  return rows.map((cells, row) => columnsOf(cells, spec, row));
}

function protocolRows(body: JsonObject, spec: ModelSpec): Cells[] | undefined {
  const { instances, inputs, data, dataframe_split: split, dataframe_records: records } = body;
  if (instances !== undefined) return instancesOf(instances, spec);
  if (records !== undefined) return instancesOf(records, spec);
  if (isObject(split)) return splitRows(split, spec);
  if (Array.isArray(inputs))
    return inputs.some(isObject) && isObject(inputs[0]) && 'shape' in inputs[0]
      ? namedTensors(tensorsOf(body, 'request'), spec)
      : instancesOf(inputs, spec);
  return data === undefined ? undefined : seldonCells(seldonRows(body, 'request'), spec);
}

/** A pandas data frame as MLflow's scoring server takes it: `{"columns": […], "data": [[…]]}`. */
function splitRows({ columns, data }: JsonObject, spec: ModelSpec): Cells[] {
  if (!Array.isArray(data)) throw invalid('request', "has no list in 'data' of 'dataframe_split'");
  const names = Array.isArray(columns) ? columns.map((name: unknown) => scalarText(name) ?? '') : [];
  return seldonCells({ names, rows: data.map((row: unknown) => (Array.isArray(row) ? row : [row])) }, spec);
}

function instancesOf(instances: unknown, spec: ModelSpec): Cells[] {
  if (!Array.isArray(instances)) throw invalid('request', 'has no list of rows');
  return instances.map((instance: unknown) => {
    if (isObject(instance)) return (name) => (Object.hasOwn(instance, name) ? instance[name] : undefined);
    return inOrder(Array.isArray(instance) ? instance : [instance], spec);
  });
}

function namedTensors(tensors: ReturnType<typeof tensorsOf>, spec: ModelSpec): Cells[] {
  const rows = tensors[0]?.rows.length ?? 0;
  const odd = tensors.find((tensor) => tensor.rows.length !== rows);
  if (odd)
    throw invalid('request', `has ${odd.rows.length} rows in tensor '${odd.name}' and ${rows} in the first`);
  const byName = new Map(tensors.map(({ name, rows: cells }) => [name, cells]));
  const embeddings = new Set(spec.features.filter(isEmbedding).map(({ name }) => name));
  const isNamed =
    spec.features.some(({ name }) => byName.has(name)) &&
    tensors.every(({ name, rows: [first] }) => embeddings.has(name) || (first?.length ?? 1) === 1);
  const cellOf = (name: string, row: number) => {
    const cells = byName.get(name)?.[row];
    return embeddings.has(name) ? cells : cells?.[0];
  };
  const [only, ...others] = tensors;
  if (!isNamed && (only === undefined || others.length > 0))
    throw invalid(
      'request',
      `has the tensors ${listed([...byName.keys()])}; needed is one of all columns, or one per feature of '${spec.model}': ${listed(spec.features.map(({ name }) => name))}`,
    );
  return Array.from({ length: rows }, (_, row) =>
    isNamed ? (name) => cellOf(name, row) : inOrder(only?.rows[row] ?? [], spec),
  );
}

function seldonCells({ names, rows }: ReturnType<typeof seldonRows>, spec: ModelSpec): Cells[] {
  const isNamed = spec.features.some(({ name }) => names.includes(name));
  return rows.map((row) => {
    if (!isNamed) return inOrder(row, spec);
    return (name) => row[names.indexOf(name)];
  });
}

/** One cell per feature, or the numbers of embeddings one by one, as models take them. */
function inOrder(row: readonly unknown[], { model, features }: ModelSpec): Cells {
  const { width, starts } = slotsOf(features);
  const isFlat = row.length === width && !row.some(Array.isArray);
  if (isFlat)
    return (_, place) => {
      const feature = features[place] as FeatureSpec;
      const start = starts[place] as number;
      return isEmbedding(feature) ? row.slice(start, start + numbersOf(feature)) : row[start];
    };
  if (row.length === features.length) return (_, place) => row[place];
  throw new DriftloopError(
    'FEATURES_WRONG_LENGTH',
    `A row of the request has ${row.length} columns, model '${model}' has ${width}: ${listed(slotNames(features))}.`,
  );
}

const NO_FEATURES = new Float32Array();

function columnsOf(cells: Cells, spec: ModelSpec, row: number): RequestColumns {
  const { features } = spec;
  const columns = features.some((feature) => comesByName(feature) || isEmbedding(feature))
    ? byName(cells, features, row)
    : flatRow(cells, features, row);
  const refusal = requestRefusal(columns, rowOf(columns, spec), spec);
  if (refusal) throw new DriftloopError(refusal.code, `Row ${row}: ${refusal.reason}`);
  return columns;
}

function flatRow(cells: Cells, features: readonly FeatureSpec[], row: number): RequestColumns {
  return {
    features: Float32Array.from(features, ({ name }, place) => numberOf(cells(name, place), name, row)),
  };
}

function byName(cells: Cells, features: readonly FeatureSpec[], row: number): RequestColumns {
  const numbers: Record<string, number> = {};
  const texts: Record<string, string> = {};
  const vectors: Record<string, Float32Array> = {};
  features.forEach((feature, place) => {
    const cell = cells(feature.name, place);
    if (comesByName(feature)) {
      if (cell !== null && cell !== undefined) texts[feature.name] = textOf(cell, feature.name, row);
    } else if (isEmbedding(feature)) {
      if (cell !== null && cell !== undefined) vectors[feature.name] = vectorOf(cell, feature.name, row);
    } else {
      const number = numberOf(cell, feature.name, row);
      if (!Number.isNaN(number)) numbers[feature.name] = number;
    }
  });
  const isEmpty = [numbers, texts, vectors].every((columns) => Object.keys(columns).length === 0);
  // A row of missing values says so by one of them.
  if (isEmpty) numbers[features[0]?.name ?? ''] = Number.NaN;
  const named = { features: NO_FEATURES, numbers, texts };
  return Object.keys(vectors).length > 0 ? { ...named, vectors } : named;
}

function isEmbedding({ kind }: FeatureSpec): boolean {
  return kind === 'embedding';
}

function textOf(cell: unknown, name: string, row: number): string {
  const text = scalarText(cell);
  if (text !== undefined) return text;
  throw invalid(
    'request',
    `has ${JSON.stringify(cell)} in column '${name}' of row ${row}, which the spec has as text`,
  );
}

function vectorOf(cell: unknown, name: string, row: number): Float32Array {
  if (!Array.isArray(cell))
    throw invalid(
      'request',
      `has ${JSON.stringify(cell)} in column '${name}' of row ${row}, which the spec has as an embedding, a list of numbers`,
    );
  return Float32Array.from(cell, (number) => numberOf(number, name, row));
}

/** NaN for a missing value. */
function numberOf(cell: unknown, name: string, row: number): number {
  if (cell === null || cell === undefined) return Number.NaN;
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return Number(cell);
  const number = typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : Number.NaN;
  if (!Number.isNaN(number)) return number;
  throw invalid(
    'request',
    `has ${JSON.stringify(cell)} in column '${name}' of row ${row}, which the spec has as a number`,
  );
}
