import { DriftloopError } from '@driftloop/errors';
import type { FeatureSpec, ModelTask } from '@driftloop/schemas';
import { hasClasses, isFeature, isLabel, type LabelledRows, rowWidthOf, slotsOf } from '@driftloop/spec';

/** What of a model's spec training and gating need. */
export interface TaskSpec {
  readonly task: ModelTask;
  /** Number of classes; 0 for a regression. */
  readonly classes: number;
  readonly features: readonly FeatureSpec[];
}

/**
 * Refuses rows that nothing can be learnt from, with what is wrong, where, and what to do. Missing
 * values (NaN) are accepted where the feature's spec allows them.
 *
 * @throws DriftloopError DATA_INVALID
 */
export function checkTrainingRows(data: LabelledRows, spec: TaskSpec): void {
  checkShape(data, rowWidthOf(spec));
  checkLabels(data, spec);
  checkFeatures(data, spec.features);
  checkWeights(data);
}

function checkShape(data: LabelledRows, width: number): void {
  const rows = data.rows;
  if (rows === 0) {
    invalid(
      'there are no labelled rows to train on: wait for labels, or widen the time ranges of the command',
    );
  }
  if (data.width !== width || data.features.length !== rows * width) {
    invalid(
      `rows have ${data.width} features (${data.features.length} values in ${rows} rows), the model has ${width}: ` +
        'train on rows that were recorded for this model',
    );
  }
  const lengths = [data.labels.length, data.weights.length, data.eventTimes.length];
  if (lengths.some((length) => length !== rows)) {
    invalid(`${rows} rows come with ${lengths.join(', ')} labels, weights and event times`);
  }
}

function checkLabels(data: LabelledRows, spec: TaskSpec): void {
  const { labels } = data;
  const seen = new Set<number>();
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (!isLabel(label, spec)) {
      const wanted = hasClasses(spec.task)
        ? `it must be a class index from 0 to ${spec.classes - 1}`
        : 'labels must be finite numbers';
      invalid(`the label of row ${row} is ${label}: ${wanted}`);
    }
    seen.add(label);
  }
  if (hasClasses(spec.task) && seen.size < 2) {
    invalid(
      `all ${labels.length} labels are of class ${labels[0]}: at least two classes are needed, so wait for more labels ` +
        'or widen the time ranges of the command',
    );
  }
}

function checkFeatures(data: LabelledRows, features: readonly FeatureSpec[]): void {
  const { width } = data;
  const { featureAt } = slotsOf(features);
  for (let i = 0; i < data.features.length; i++) {
    const value = data.features[i]!;
    if (isFeature(value, false)) continue;
    const feature = features[featureAt[i % width]!]!;
    if (isFeature(value, feature.allowMissing)) continue;
    invalid(
      `feature '${feature.name}' of row ${Math.floor(i / width)} is ${value}: ` +
        (Number.isNaN(value)
          ? 'set allowMissing in its spec or leave such rows out'
          : 'it must be finite, and a float32 holds no more than 3.4e38: scale the column or leave such rows out'),
    );
  }
}

function checkWeights(data: LabelledRows): void {
  let total = 0;
  for (let row = 0; row < data.weights.length; row++) {
    const weight = data.weights[row]!;
    if (!(weight >= 0) || !Number.isFinite(weight)) {
      invalid(`the weight of row ${row} is ${weight}: weights must be finite and not negative`);
    }
    total += weight;
  }
  if (total === 0) invalid('all weights are 0: at least one row must count');
}

function invalid(what: string): never {
  throw new DriftloopError('DATA_INVALID', `Cannot train: ${what}.`);
}
