import { metricsOf, requireDetectors, USUAL_ROWS_BUDGET } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec, PerformanceLimit } from '@driftloop/schemas';
import { hasClasses, MOST_MODEL_NAME_BYTES, USUAL_MARGINS } from '@driftloop/spec';
import { createChecker, type Value } from './spec-checker.ts';
import { checkOutputs, outputsOf } from './spec-outputs.ts';

/** Names of categories and classes: texts as producers have them. */
const NAME = /^[^\p{Cs}]{1,200}$/su;
const NAME_MEANING = 'a text of 1 to 200 characters';
/** Names of one list: a spec is one record, and columns of ids are no categories. */
const MOST_CATEGORIES = 1_000;
/** Numbers of an embedding: what models make have 50 to 4,096. */
const MOST_NUMBERS = 8_192;
/** Names of models become record keys, file names and URL parts. */
const MODEL_NAME = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${MOST_MODEL_NAME_BYTES - 1}}$`);

/**
 * Checks what someone wants to publish as a model spec.
 *
 * @param candidate anything, for example parsed JSON
 * @returns the spec, with its defaults filled in (`allowMissing` false, `maxAgeMs` 0, `updatedAt`
 *   0)
 * @throws DriftloopError SPEC_INVALID naming every problem with its path
 */
export function validateSpec(candidate: unknown): ModelSpec {
  const problems: string[] = [];
  const root = createChecker(candidate, problems);
  const task = root.oneOf('task', ['binary', 'multiclass', 'regression', 'multilabel', 'ranking']);
  const spec: ModelSpec = {
    model: root.text(
      'model',
      MODEL_NAME,
      `1 to ${MOST_MODEL_NAME_BYTES} letters, digits, dots, dashes and underscores`,
    ),
    task,
    classes: root.integer('classes', 0),
    classNames: root.texts('classNames', NAME, NAME_MEANING),
    features: root.objects('features', 1).map(featureOf),
    window: windowOf(root.object('window')),
    drift: driftOf(root.object('drift')),
    retrain: retrainOf(root.object('retrain')),
    rollout: rolloutOf(root.object('rollout')),
    updatedAt: root.integer('updatedAt', 0, 0),
    outputs: outputsOf(root),
  };
  checkTogether(spec, root);
  if (problems.length > 0) {
    const name = spec.model === '' ? 'The spec' : `The spec of model '${spec.model}'`;
    throw new DriftloopError('SPEC_INVALID', `${name} is not valid: ${problems.join('; ')}`);
  }
  return spec;
}

function checkTogether(spec: ModelSpec, root: Value): void {
  if (spec.task === 'binary' && spec.classes !== 2) root.problem('classes', 'must be 2 for a binary task');
  if (spec.task === 'multiclass' && spec.classes < 2)
    root.problem('classes', 'must be at least 2 for a multiclass task');
  if (!hasClasses(spec.task) && spec.classes !== 0)
    root.problem('classes', `must be 0 for a ${spec.task} task`);
  checkLimits(spec, root);
  checkOutputs(spec, root);
  checkNames(spec, root);
  checkSizes(spec, root);
  const seen = new Set<string>();
  spec.features.forEach(({ name }, index) => {
    if (name !== '' && seen.has(name)) root.problem(`features[${index}].name`, `'${name}' is there twice`);
    seen.add(name);
  });
  if (new Set(spec.rollout.shadowVersions).size !== spec.rollout.shadowVersions.length)
    root.problem('rollout.shadowVersions', 'names a version twice');
  if (spec.retrain.maxRows < spec.retrain.minLabels)
    root.problem('retrain.maxRows', 'must be at least retrain.minLabels');
}

function checkSizes({ features }: ModelSpec, root: Value): void {
  features.forEach(({ kind, size = 0 }, index) => {
    const path = `features[${index}].size`;
    if (kind === 'embedding' && (size < 1 || size > MOST_NUMBERS))
      root.problem(path, `is ${size}, must be how many numbers the embedding has, 1 to ${MOST_NUMBERS}`);
    if (kind !== 'embedding' && size > 0) root.problem(path, 'needs a feature whose kind is embedding');
  });
}

function checkNames({ classes, classNames = [], features }: ModelSpec, root: Value): void {
  if (classNames.length > 0 && classNames.length !== classes)
    root.problem('classNames', `has ${classNames.length} names for ${classes} classes`);
  if (new Set(classNames).size !== classNames.length) root.problem('classNames', 'has a name twice');
  features.forEach(({ kind, categories = [] }, index) => {
    const path = `features[${index}].categories`;
    if (categories.length > 0 && kind !== 'categorical')
      root.problem(path, 'needs a feature whose kind is categorical');
    if (new Set(categories).size !== categories.length) root.problem(path, 'has a name twice');
    if (categories.length > MOST_CATEGORIES)
      root.problem(path, `has ${categories.length} names, must be at most ${MOST_CATEGORIES}`);
  });
}

/** JavaScript's objects lose what is called __proto__, on the way through Avro's maps and JSON. */
const COLUMN_NAME = /^(?!__proto__$)\S(.*\S)?$/;

function featureOf(feature: Value): ModelSpec['features'][number] {
  return {
    name: feature.text('name', COLUMN_NAME, 'not empty, without spaces around, and not __proto__'),
    kind: feature.oneOf('kind', ['numeric', 'categorical', 'embedding', 'text']),
    allowMissing: feature.flag('allowMissing', false),
    categories: feature.texts('categories', NAME, NAME_MEANING),
    size: feature.integer('size', 0, 0),
  };
}

/** A limit that no estimate is compared with would promise what nobody keeps. */
function checkLimits({ task, classes, drift, outputs = [] }: ModelSpec, root: Value): void {
  const metrics = metricsOf({ task, classes, outputs });
  for (const [i, { metric }] of (drift.limits ?? []).entries()) {
    if (metric === '' || metrics.includes(metric)) continue;
    const known = metrics.length > 0 ? `one of ${metrics.join(', ')}` : 'left out';
    root.problem(`drift.limits[${i}].metric`, `is ${metric}, must be ${known} for this model`);
  }
}

function windowOf(window: Value): ModelSpec['window'] {
  return {
    lengthMs: window.integer('lengthMs', 1),
    allowedLatenessMs: window.integer('allowedLatenessMs', 0),
    minSamples: window.integer('minSamples', 1),
    allowedAheadMs: window.integer('allowedAheadMs', 0, 0),
    partitionIdleMs: window.integer('partitionIdleMs', 0, 10_000),
  };
}

function driftOf(drift: Value): ModelSpec['drift'] {
  const detectors = drift.list('detectors').map((name) => name.self(/^\S+$/, 'the name of a detector'));
  try {
    requireDetectors(detectors.filter((name) => name !== ''));
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    drift.problem('detectors', `names what does not exist. ${error.message}`);
  }
  return {
    expectedWindowsBetweenFalseAlarms: drift.number('expectedWindowsBetweenFalseAlarms', 1),
    detectors,
    limits: drift.optionalObjects('limits').map(limitOf),
    expectedRowsBetweenFalseAlarms:
      drift.optionalNumber('expectedRowsBetweenFalseAlarms', 0) ?? USUAL_ROWS_BUDGET,
  };
}

function limitOf(limit: Value): PerformanceLimit {
  const metric = limit.text('metric', /^[a-z0-9]+$/i, 'the name of a metric');
  return { metric, value: limit.number('value', 0) };
}

function retrainOf(retrain: Value): ModelSpec['retrain'] {
  return {
    enabled: retrain.flag('enabled'),
    strategy: retrain.text('strategy', /^\S+$/, 'the name of a strategy'),
    cooldownMs: retrain.integer('cooldownMs', 0),
    minLabels: retrain.integer('minLabels', 1),
    maxRows: retrain.integer('maxRows', 1),
    maxSeconds: retrain.number('maxSeconds', 0),
    maxSteps: retrain.integer('maxSteps', 1),
    maxAgeMs: retrain.integer('maxAgeMs', 0, 0),
  };
}

function rolloutOf(rollout: Value): ModelSpec['rollout'] {
  return {
    canaryShare: rollout.number('canaryShare', 0, 1),
    needsApproval: rollout.flag('needsApproval', false),
    shadowVersions: rollout.list('shadowVersions').map((version) => version.selfInteger(1)),
    latencyMargin: rollout.optionalNumber('latencyMargin', 0) ?? USUAL_MARGINS.latency,
    errorMargin: rollout.optionalNumber('errorMargin', 0, 1) ?? USUAL_MARGINS.errors,
  };
}
