import { DriftloopError, listed } from '@driftloop/errors';
import type { ModelSpec, OutputSpec } from '@driftloop/schemas';
import type { Column, ColumnTable } from '@driftloop/tables';

/** What several columns of labels are, or several quantiles of one. */
export interface GuessedOutputs {
  readonly task: ModelSpec['task'];
  readonly outputs: readonly OutputSpec[];
  /** What was taken for what, a sentence each. */
  readonly told: readonly string[];
}

/**
 * Outputs by the columns that have their truth: labels of a multilabel model where all are 0 and 1
 * (or true and false), else targets of a regression; and quantiles of the one column that there is.
 *
 * @param quantiles levels; none where values are answered
 * @returns undefined where one label is told, and no quantiles
 * @throws DriftloopError REQUEST_INVALID where the columns do not fit the task
 */
export function guessOutputs(
  table: ColumnTable,
  columns: readonly Column[],
  {
    task,
    quantiles = [],
  }: { task?: ModelSpec['task'] | undefined; quantiles?: readonly number[] | undefined },
): GuessedOutputs | undefined {
  if (task === 'ranking') {
    const [column] = columns;
    if (columns.length !== 1 || column === undefined || quantiles.length > 0)
      throw invalid('A ranking has one label: how relevant the item is. Name its column alone.');
    requireNumbers(table, column);
    return { task, outputs: [], told: [`'${column.name}' is how relevant an item is.`] };
  }
  const names = columns.map(({ name }) => name);
  if (quantiles.length > 0) {
    for (const column of columns) requireNumbers(table, column);
    const outputs = names.flatMap((name) =>
      quantiles.map((quantile) => ({
        name: `${columns.length > 1 ? `${name} ` : ''}p${Number((100 * quantile).toPrecision(6))}`,
        ...(columns.length > 1 ? { target: name } : {}),
        quantile,
      })),
    );
    return {
      task: 'regression',
      outputs,
      told: [`Quantiles ${quantiles.join(', ')} of ${listed(names)} are answered.`],
    };
  }
  if (columns.length === 1 && task !== 'multilabel') return undefined;
  if (columns.length === 1)
    throw invalid(
      `A multilabel model has several labels, each with a column of 0 and 1; '${names[0]}' is one. Name all of them: --label first,second.`,
    );
  const areLabels = columns.every((column) => isYesOrNo(table, column));
  if (task !== undefined && task !== 'regression' && task !== 'multilabel')
    throw invalid(`A ${task} task has one label; --label names ${columns.length}: ${listed(names)}.`);
  if (task === 'multilabel' && !areLabels)
    throw invalid(
      `Labels of a multilabel model are 0 and 1, or true and false; '${columns.find((column) => !isYesOrNo(table, column))?.name}' has others.`,
    );
  const outputs = names.map((name) => ({ name }));
  if (areLabels && task !== 'regression')
    return { task: 'multilabel', outputs, told: [`Each of ${listed(names)} applies or does not.`] };
  for (const column of columns) requireNumbers(table, column);
  return { task: 'regression', outputs, told: [`Each of ${listed(names)} is a value to be estimated.`] };
}

function isYesOrNo({ rows }: ColumnTable, column: Column): boolean {
  if (column.kind === 'boolean') return true;
  for (let row = 0; row < rows; row++) {
    const value = column.number(row);
    if (column.text(row) !== undefined && value !== 0 && value !== 1) return false;
  }
  return true;
}

function requireNumbers({ path }: ColumnTable, { name, kind }: Column): void {
  if (kind === 'number') return;
  throw invalid(`${path}: '${name}' has no numbers, which its values must be. Name another --label.`);
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
