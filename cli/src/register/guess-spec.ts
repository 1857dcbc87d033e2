import { DriftloopError } from '@driftloop/errors';
import { defaultSpec, MANY_ROWS, rowPolicies, validateSpec } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import type { Column } from '@driftloop/tables';
import { DEFAULT_INTERVAL_MS } from '../stream/table-clock.ts';
import { labelColumns } from '../table/label-columns.ts';
import { type OpenTable, requireColumn } from '../table/open-table.ts';
import { guessClasses } from './guess-classes.ts';
import { type FeatureWishes, guessFeatures } from './guess-features.ts';
import { guessOutputs } from './guess-outputs.ts';

/** What a file does not say. */
export interface SpecWishes extends Partial<FeatureWishes> {
  readonly model: string;
  /**
   * Column with the truth, or several separated by commas. @default the last one of a file that has
   * an order of columns
   */
  readonly label?: string | undefined;
  /** Levels of the quantiles that are answered. @default the value */
  readonly quantiles?: readonly number[] | undefined;
  /** Column with request ids, which is no feature. @default none */
  readonly id?: string | undefined;
  /** @default by the labels, see {@link guessClasses} */
  readonly task?: ModelSpec['task'] | undefined;
  /** Event time between two rows, ms. @default what the column of times says, else half an hour */
  readonly intervalMs?: number | undefined;
}

/** A spec, and what was taken for what. */
export interface GuessedSpec {
  readonly spec: ModelSpec;
  /** A sentence each. */
  readonly told: readonly string[];
}

/**
 * A spec for the rows of a file: features, categories and classes as they are there, the default
 * policies, which are smaller where rows are few.
 *
 * @throws DriftloopError REQUEST_INVALID when labels do not fit the task, a column does not exist
 *   or is no feature; SPEC_INVALID for a name that is none
 */
export function guessSpec(open: OpenTable, wishes: SpecWishes): GuessedSpec {
  const { table, columns } = open;
  const { rows } = table;
  const { model, id, task, categorical = [], numeric = [], text = [] } = wishes;
  if (rows === 0) throw invalid(`${table.path} has no rows.`);
  if (id !== undefined) requireColumn(table, id);
  const labels = labelsOf(open, wishes);
  const [label] = labels as [Column];
  const given = columns.filter((column) => !labels.includes(column) && column.name !== id);
  if (given.length === 0) throw invalid(`${table.path} has no column beside the label '${label.name}'.`);
  const { features, told } = guessFeatures(table, given, { categorical, numeric, text });
  const several = guessOutputs(table, labels, wishes);
  const guessed = several
    ? { ...several, classes: 0, classNames: undefined }
    : guessClasses(table, label, task);
  const { classNames } = guessed;
  const spec = defaultSpec({
    model,
    task: guessed.task,
    classes: guessed.classes,
    ...(classNames === undefined ? {} : { classNames }),
    features,
    intervalMs: wishes.intervalMs ?? open.intervalMs ?? DEFAULT_INTERVAL_MS,
    rows,
  });
  const isTrained = several === undefined && features.every(({ kind }) => kind !== 'text');
  const outputs = several === undefined ? {} : { outputs: several.outputs };
  const retrain = isTrained ? spec.retrain : { ...spec.retrain, enabled: false };
  return {
    spec: validateSpec({ ...spec, ...outputs, retrain }),
    told: [...guessed.told, ...(isTrained ? [] : [NOT_TRAINED]), ...told, ...fewRows(rows)],
  };
}

const NOT_TRAINED = 'Such a model is served and watched, not trained: retrain.enabled is false.';

/** At least one. @throws DriftloopError REQUEST_INVALID where there is none */
function labelsOf({ table, columns }: OpenTable, { label, id }: SpecWishes): Column[] {
  if (label !== undefined) return labelColumns(table, label);
  const last = columns.filter(({ name }) => name !== id).at(-1);
  if (table.format === 'JSON lines' || last === undefined)
    throw invalid(
      `${table.path}: which column is the truth? Name it: --label COLUMN, one of ${columns.map(({ name }) => name).join(', ')}.`,
    );
  return [last];
}

function fewRows(rows: number): string[] {
  const { windowRows, minSamples, minLabels } = rowPolicies(rows);
  if (minLabels === MANY_ROWS.minLabels) return [];
  const count = (number: number) => number.toLocaleString('en-US');
  return [
    `Only ${count(rows)} rows: a window has ${windowRows} of them (${minSamples} at least), and a retrain needs ${minLabels} labels. From ${count(2 * MANY_ROWS.minLabels)} rows on it is ${MANY_ROWS.windowRows} (${MANY_ROWS.minSamples}) and ${count(MANY_ROWS.minLabels)}: more rows, surer signals.`,
  ];
}

function invalid(message: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', message);
}
