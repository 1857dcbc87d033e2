import { DriftloopError } from '@driftloop/errors';
import type { FeatureSpec, ModelSpec } from '@driftloop/schemas';
import { comesByName, rowOf, slotsOf } from '@driftloop/spec';
import type { Column, ColumnTable } from '@driftloop/tables';
import { knownNameOf } from './cell-names.ts';
import { featureColumns } from './feature-columns.ts';
import { type CallColumns, type CallTable, fitCalls } from './fit-calls.ts';
import { type AnswerColumns, answerColumnNames, answersIn } from './incumbent-answers.ts';
import { labelColumns, readLabels } from './label-columns.ts';
import { type OpenTable, requireColumn } from './open-table.ts';
import type { NamedColumns, Table } from './table.ts';
import { parseVector } from './vector-cell.ts';

/** Columns that are no features. */
export interface ColumnRoles extends AnswerColumns, CallColumns {
  /** One column, or one for each target, separated by commas. */
  readonly label: string;
  readonly id?: string | undefined;
}

/**
 * The rows of a file as a model's spec says them: categories and classes as indices, and by name
 * where the spec names categories.
 *
 * @throws DriftloopError REQUEST_INVALID naming the cell that is no number, no class or no id;
 *   DATA_INVALID where columns do not fit the spec
 */
export function fitTable(open: OpenTable, spec: ModelSpec, { label, id, ...roles }: ColumnRoles): Table {
  const { table, times } = open;
  const truths = labelColumns(table, label);
  const labels = readLabels(table, truths, spec);
  const targets = truths.length;
  const ids = id === undefined ? undefined : idsOf(table, requireColumn(table, id));
  const isOfCalls = roles.request !== undefined || roles.response !== undefined;
  const rows = isOfCalls
    ? fitCalls(open, spec, roles)
    : fitColumns(open, spec, [...truths.map(({ name }) => name), id], roles);
  return {
    rows: table.rows,
    featureNames: spec.features.map(({ name }) => name),
    labels,
    ...(targets === 1 ? {} : { targets }),
    ...rows,
    ...(ids === undefined ? {} : { ids }),
    ...(times === undefined ? {} : { times }),
    ...((spec.classNames?.length ?? 0) > 0 ? { classNames: spec.classNames as readonly string[] } : {}),
  };
}

/** Rows in columns of their own. @param taken names of columns that are no features */
function fitColumns(
  open: OpenTable,
  spec: ModelSpec,
  taken: readonly (string | undefined)[],
  roles: AnswerColumns,
): CallTable {
  const { table } = open;
  const columns = featureColumns(open, spec, [...taken, ...answerColumnNames(table, roles)]);
  const answerAt = answersIn(table, spec, roles);
  const { width, starts, texts: free } = slotsOf(spec.features);
  const texts: string[] = [];
  const read = columns.map((column, i) => reader(table, column, spec.features[i] as FeatureSpec));
  const features = new Float32Array(table.rows * width);
  const columnsAt = spec.features.some(comesByName)
    ? (row: number) => namedRow(spec.features, read, row)
    : undefined;
  for (let row = 0; row < table.rows; row++) {
    if (columnsAt !== undefined)
      features.set(rowOf({ features: NO_FEATURES, ...columnsAt(row) }, spec, texts), row * width);
    else
      for (const [i, feature] of spec.features.entries()) {
        const [cell, at] = [read[i] as Reader, row * width + (starts[i] as number)];
        if (feature.kind !== 'embedding') features[at] = cell.number(row);
        else features.set(cell.vector(row) ?? new Float32Array(feature.size ?? 0).fill(Number.NaN), at);
      }
  }
  return {
    width,
    features,
    ...(free.length > 0 ? { texts } : {}),
    ...(columnsAt === undefined ? {} : { columnsAt }),
    ...(answerAt === undefined ? {} : { answerAt }),
  };
}

const NO_FEATURES = new Float32Array();

interface Reader {
  number(row: number): number;
  text(row: number): string | undefined;
  /** An embedding; undefined where it is missing. */
  vector(row: number): Float32Array | undefined;
}

function reader(table: ColumnTable, column: Column, { categories = [], size = 0 }: FeatureSpec): Reader {
  const known = new Set(categories);
  return {
    vector(row) {
      const text = column.text(row);
      if (text === undefined) return undefined;
      const vector = parseVector(text);
      if (vector?.length === size) return Float32Array.from(vector);
      throw invalid(
        `${table.path} ${table.where(row)}, column ${placeOf(table, column)}: '${text.slice(0, 40)}' is ${vector === undefined ? 'no list of numbers' : `a list of ${vector.length} numbers`}, but the spec has '${column.name}' as an embedding of ${size}.`,
      );
    },
    text: (row) => knownNameOf(column, row, known),
    number(row) {
      const value = column.number(row);
      if (!Number.isNaN(value)) return value;
      const text = column.text(row);
      if (text === undefined) return value;
      if (column.kind === 'boolean') return text === 'true' ? 1 : 0;
      const todo = /^[+-]?[\d.,]+$/.test(text)
        ? 'Say its decimal sign: --decimal , or --decimal .'
        : `Take it as missing (--missing '${text}'), or make the feature categorical in the spec.`;
      throw invalid(
        `${table.path} ${table.where(row)}, column ${placeOf(table, column)}: '${text}' is not a number, as which the spec has '${column.name}'. ${todo}`,
      );
    },
  };
}

/** A row by name; missing cells are left out, and a row of nothing else says so by one of them. */
function namedRow(features: readonly FeatureSpec[], read: readonly Reader[], row: number): NamedColumns {
  const numbers: Record<string, number> = {};
  const texts: Record<string, string> = {};
  const vectors: Record<string, Float32Array> = {};
  let isEmpty = true;
  features.forEach((feature, i) => {
    const cell = read[i] as Reader;
    if (feature.kind === 'embedding') {
      const vector = cell.vector(row);
      if (vector === undefined) return;
      vectors[feature.name] = vector;
    } else if (comesByName(feature)) {
      const text = cell.text(row);
      if (text === undefined) return;
      texts[feature.name] = text;
    } else {
      const number = cell.number(row);
      if (Number.isNaN(number)) return;
      numbers[feature.name] = number;
    }
    isEmpty = false;
  });
  if (isEmpty) numbers[features[0]?.name ?? ''] = Number.NaN;
  return features.some(({ kind }) => kind === 'embedding') ? { numbers, texts, vectors } : { numbers, texts };
}

function idsOf(table: ColumnTable, column: Column): readonly string[] {
  const ids = new Set<string>();
  for (let row = 0; row < table.rows; row++) {
    const id = column.text(row);
    if (id === undefined || ids.has(id))
      throw invalid(
        `${table.path} ${table.where(row)}: the id '${id ?? ''}' is ${id === undefined ? 'empty' : 'there twice'}`,
      );
    ids.add(id);
  }
  return [...ids];
}

function placeOf({ columns }: ColumnTable, { name }: Column): number {
  return 1 + columns.findIndex((column) => column.name === name);
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
