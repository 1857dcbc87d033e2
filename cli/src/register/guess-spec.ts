import { DriftloopError } from '@driftloop/errors';
import { defaultSpec, validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { Table } from '../stream/table.ts';

/** Labels that are whole numbers are classes up to here; beyond it they are taken for values. */
const MOST_CLASSES = 50;

/** What a file does not say. */
export interface SpecWishes {
  readonly model: string;
  /** @default by the labels: whole numbers from 0 on are classes, anything else a value */
  readonly task?: ModelSpec['task'] | undefined;
  /** Columns that hold category indices. @default none */
  readonly categorical: readonly string[];
  readonly intervalMs: number;
}

/**
 * A spec for the rows of a file: features and classes as they are there, the default policies.
 *
 * @throws DriftloopError REQUEST_INVALID when labels do not fit the task or a column does not
 *   exist, SPEC_INVALID for a name that is none
 */
export function guessSpec(table: Table, wishes: SpecWishes): ModelSpec {
  const { rows, featureNames, features, labels } = table;
  if (rows === 0) throw invalid('The file has no rows.');
  const unknown = wishes.categorical.find((name) => !featureNames.includes(name));
  if (unknown !== undefined) {
    throw invalid(`There is no column '${unknown}'; the features are ${featureNames.join(', ')}.`);
  }
  const width = featureNames.length;
  const incomplete = new Set<number>();
  features.forEach((value, i) => {
    if (Number.isNaN(value)) incomplete.add(i % width);
  });
  const known = labels.filter((label) => !Number.isNaN(label));
  if (known.length === 0) throw invalid('The column of labels is empty.');
  const areClasses = known.every((label) => Number.isInteger(label) && label >= 0 && label < MOST_CLASSES);
  const task = wishes.task ?? (areClasses ? taskOf(known) : 'regression');
  if (task !== 'regression' && !areClasses) {
    throw invalid(`A ${task} task needs labels that are whole numbers from 0 to ${MOST_CLASSES - 1}.`);
  }
  return validateSpec(
    defaultSpec({
      model: wishes.model,
      task,
      classes: task === 'regression' ? 0 : Math.max(2, 1 + largest(known)),
      features: featureNames.map((name, i) => ({
        name,
        kind: wishes.categorical.includes(name) ? 'categorical' : 'numeric',
        allowMissing: incomplete.has(i),
      })),
      intervalMs: wishes.intervalMs,
    }),
  );
}

function taskOf(labels: Float32Array): ModelSpec['task'] {
  return largest(labels) > 1 ? 'multiclass' : 'binary';
}

function largest(labels: Float32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), 0);
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
