import { DriftloopError } from '@driftloop/errors';
import type { IncumbentAnswer, ModelSpec } from '@driftloop/schemas';
import { incumbentAnswerOf } from '@driftloop/spec';
import type { Column, ColumnTable } from '@driftloop/tables';
import { knownNameOf } from './cell-names.ts';
import { namedColumns } from './named-columns.ts';
import { requireColumn } from './open-table.ts';

/** Columns with what the system that serves a model has answered. */
export interface AnswerColumns {
  /** Class or value that was answered. */
  readonly answers?: string | undefined;
  /**
   * Probabilities, one per class in the spec's order, or the one of class 1, or each of several
   * outputs; as they were typed.
   */
  readonly scores?: readonly string[] | undefined;
  /** Version that answered. */
  readonly answeredBy?: string | undefined;
}

/** Names of the columns that hold answers, and are no features. */
export function answerColumnNames({ columns }: ColumnTable, roles: AnswerColumns): string[] {
  const names = columns.map(({ name }) => name);
  const scores = namedColumns(names, roles.scores);
  return [roles.answers, ...scores, roles.answeredBy].filter((name) => name !== undefined);
}

/**
 * The answers in a table's rows; undefined where no column has them. Every answer has been checked
 * against the spec.
 *
 * @returns a function of the row: its answer, or undefined where its cells are empty
 * @throws DriftloopError REQUEST_INVALID naming the row whose answer is none of the model
 */
export function answersIn(
  table: ColumnTable,
  spec: ModelSpec,
  roles: AnswerColumns,
): ((row: number) => IncumbentAnswer | undefined) | undefined {
  const names = table.columns.map(({ name }) => name);
  const told = roles.answers === undefined ? undefined : requireColumn(table, roles.answers);
  const scores = namedColumns(names, roles.scores).map((name) => requireColumn(table, name));
  const by = roles.answeredBy === undefined ? undefined : requireColumn(table, roles.answeredBy);
  if (told === undefined && scores.length === 0) return undefined;
  const known = new Set(spec.classNames);
  const answerAt = (row: number): IncumbentAnswer | undefined => {
    const outputs = scores.every((column) => column.text(row) === undefined)
      ? NONE
      : Float32Array.from(scores, (column) => column.number(row));
    const answer = told === undefined ? {} : answerIn(told, row, spec, known);
    if (outputs.length === 0 && Object.keys(answer).length === 0) return undefined;
    return { outputs, ...answer, ...(by === undefined ? {} : { version: by.text(row) ?? '' }) };
  };
  for (let row = 0; row < table.rows; row++) {
    const answer = answerAt(row);
    const read = answer && incumbentAnswerOf(answer, spec);
    if (read !== undefined && 'code' in read)
      throw new DriftloopError('REQUEST_INVALID', `${table.path} ${table.where(row)}: ${read.reason}`);
  }
  return answerAt;
}

const NONE = new Float32Array();

function answerIn(
  column: Column,
  row: number,
  { task }: ModelSpec,
  known: ReadonlySet<string>,
): Pick<IncumbentAnswer, 'predicted' | 'predictedName'> {
  const name = knownNameOf(column, row, known);
  if (name === undefined) return {};
  const number = column.number(row);
  return task !== 'regression' && (Number.isNaN(number) || known.has(name))
    ? { predictedName: name }
    : { predicted: number };
}
