import { DriftloopError, listed } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { isLabel, labelOf, labelProblem, targetsOf } from '@driftloop/spec';
import type { Column, ColumnTable } from '@driftloop/tables';
import { knownNameOf } from './cell-names.ts';
import { namedColumns } from './named-columns.ts';
import { requireColumn } from './open-table.ts';

/**
 * The columns with the truth: one, or several separated by commas.
 *
 * @param label as it was typed
 * @throws DriftloopError REQUEST_INVALID for one that the table does not have
 */
export function labelColumns(table: ColumnTable, label: string): Column[] {
  const names = namedColumns(
    table.columns.map(({ name }) => name),
    [label],
  );
  return (names.length > 0 ? names : [label]).map((name) => requireColumn(table, name));
}

/**
 * Class indices or values, one for each target and row, row by row; NaN in a row whose truth is
 * missing. Columns that are called like the spec's targets are these, others come in the order in
 * which they were named.
 *
 * @throws DriftloopError REQUEST_INVALID naming the cell that is no label of the model
 */
export function readLabels(table: ColumnTable, columns: readonly Column[], spec: ModelSpec): Float32Array {
  const targets = targetsOf(spec);
  if (columns.length !== targets.length) throw otherNumber(columns, targets, spec);
  const [only] = columns;
  if (targets.length === 1 && only) return classesOrValues(table, only, spec);
  const byName = targets.map((target) => columns.find(({ name }) => name === target));
  const ordered = byName.every((column) => column !== undefined) ? byName : columns;
  const labels = new Float32Array(table.rows * targets.length);
  for (let row = 0; row < table.rows; row++) {
    const truths = ordered.map((column) => truthOf(table, column, row, spec));
    // Labels tell all targets or none.
    labels.set(truths.some(Number.isNaN) ? truths.map(() => Number.NaN) : truths, row * targets.length);
  }
  return labels;
}

/** NaN where it is missing. */
function truthOf(table: ColumnTable, column: Column, row: number, spec: ModelSpec): number {
  const text = column.text(row);
  if (text === undefined) return Number.NaN;
  const value = column.kind === 'boolean' ? Number(text === 'true') : column.number(row);
  if (isLabel(value, spec)) return value;
  const wanted = spec.task === 'multilabel' ? '1, 0, true or false' : 'a number that a float32 holds';
  throw invalid(
    `${table.path} ${table.where(row)}, column ${placeOf(table, column)}: '${text}' is no truth of '${column.name}', which must be ${wanted}.`,
  );
}

function classesOrValues(table: ColumnTable, column: Column, spec: ModelSpec): Float32Array {
  const { classNames = [] } = spec;
  const known = new Set(classNames);
  const labels = new Float32Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const name = knownNameOf(column, row, known);
    if (name === undefined) {
      labels[row] = Number.NaN;
      continue;
    }
    const number = column.number(row);
    const isNumber = !Number.isNaN(number) && !known.has(name);
    const told = isNumber ? { label: number } : { label: Number.NaN, labelName: name };
    const label = labelOf(told, spec);
    if (Number.isNaN(label))
      throw invalid(
        `${table.path} ${table.where(row)}, column ${placeOf(table, column)}: ${isNumber ? '' : `'${name}' is not a number. `}${labelProblem(told, spec) ?? ''}`,
      );
    labels[row] = label;
  }
  return labels;
}

function otherNumber(
  columns: readonly Column[],
  targets: readonly string[],
  { model }: ModelSpec,
): DriftloopError {
  const wanted =
    targets.length === 1
      ? 'has one target: name its column alone'
      : `has the targets ${listed(targets)}: name a column for each, separated by commas (--label ${targets.join(',')})`;
  return invalid(
    `--label names ${columns.length} ${columns.length === 1 ? 'column' : 'columns'} (${listed(columns.map(({ name }) => name))}), but model '${model}' ${wanted}.`,
  );
}

function placeOf({ columns }: ColumnTable, { name }: Column): number {
  return 1 + columns.findIndex((column) => column.name === name);
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
