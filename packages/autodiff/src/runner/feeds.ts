import { DriftloopError } from '@driftloop/errors';
import { type EngineTensor, scalar } from '../engine.ts';
import type { FeatureInput } from '../forward/forward-graph.ts';
import { INPUTS } from '../step/names.ts';
import type { TrainingStepGraph } from '../step/training-step-graph.ts';
import type { TrainingBatch } from './step-runner.ts';

type Feeds = Record<string, EngineTensor>;

/** Feeds for the model's own inputs: rows `from` to `to` of features laid out row by row. */
export function featureFeeds(
  inputs: readonly FeatureInput[],
  features: TrainingBatch['features'],
  rows: number,
  from: number,
  to: number,
): Feeds {
  const feeds: Feeds = {};
  for (const input of inputs) {
    const data = features instanceof Float32Array ? features : features[input.name];
    if (data === undefined || (features instanceof Float32Array && inputs.length > 1)) {
      const names = inputs.map(({ name }) => name).join(', ');
      throw new DriftloopError('DATA_INVALID', `features are needed by input name: ${names}`);
    }
    const width = data.length / rows;
    const slice = data.subarray(from * width, to * width);
    const dims = featureDims(input, width, to - from);
    feeds[input.name] =
      input.type === 'float32'
        ? { type: 'float32', dims, data: slice }
        : { type: 'int64', dims, data: BigInt64Array.from(slice, BigInt) };
  }
  return feeds;
}

/** The input's dims with the batch, and at most one open dim, filled in. */
function featureDims(input: FeatureInput, width: number, rows: number): number[] {
  const inner = input.dims.slice(1);
  const known = inner.reduce<number>((size, dim) => (typeof dim === 'number' ? size * dim : size), 1);
  const open = inner.filter((dim) => typeof dim === 'string').length;
  const fits = Number.isInteger(width) && (open === 0 ? width === known : open === 1 && width % known === 0);
  if (!fits) {
    throw new DriftloopError(
      'FEATURES_WRONG_LENGTH',
      `input ${input.name} of shape [${input.dims}] got ${width} values per row`,
    );
  }
  return [rows, ...inner.map((dim) => (typeof dim === 'number' ? dim : width / known))];
}

/** Feeds for losses: targets and weights of rows `from` to `to`, as far as the graph reads them. */
function lossFeeds(graph: TrainingStepGraph, batch: TrainingBatch, from: number, to: number): Feeds {
  const { outputWidth: width } = graph;
  const rows = to - from;
  const feeds: Feeds = {};
  const matrix = (data: Float32Array | undefined): EngineTensor => ({
    type: 'float32',
    dims: [rows, width],
    data: data ?? new Float32Array(rows * width),
  });
  const targets = (data: Float32Array | undefined) => matrix(data?.subarray(from * width, to * width));
  const weights = (data: Float32Array | undefined, fallback: number): EngineTensor => ({
    type: 'float32',
    dims: [rows],
    data: data?.subarray(from, to) ?? new Float32Array(rows).fill(fallback),
  });
  const wanted = new Set(graph.inputs);
  feeds[INPUTS.labels] = matrix(labelTargets(batch, width, from, to));
  feeds[INPUTS.labelWeights] = weights(batch.weights, batch.labels === undefined ? 0 : 1 / batch.rows);
  if (wanted.has(INPUTS.teacher)) {
    feeds[INPUTS.teacher] = targets(batch.teacher?.logits);
    feeds[INPUTS.teacherWeights] = weights(batch.teacher?.weights, 0);
  }
  if (wanted.has(INPUTS.remembered)) {
    feeds[INPUTS.remembered] = targets(batch.remembered?.logits);
    feeds[INPUTS.rememberedWeights] = weights(batch.remembered?.weights, 0);
  }
  if (wanted.has(INPUTS.logitOffsets)) feeds[INPUTS.logitOffsets] = targets(batch.logitOffsets);
  return feeds;
}

/** Targets of rows `from` to `to`: as given, or one-hot from class indices. */
function labelTargets(
  { labels, rows }: TrainingBatch,
  width: number,
  from: number,
  to: number,
): Float32Array | undefined {
  if (labels === undefined) return undefined;
  if (labels.length === rows * width) return labels.subarray(from * width, to * width);
  const targets = new Float32Array((to - from) * width);
  for (let row = from; row < to; row++) {
    const label = labels[row] ?? Number.NaN;
    if (!Number.isInteger(label) || label < 0 || label >= width) {
      throw new DriftloopError(
        'LABEL_INVALID',
        `label ${label} of row ${row} is not a class from 0 to ${width - 1}`,
      );
    }
    targets[(row - from) * width + label] = 1;
  }
  return targets;
}

/**
 * Feeds for a pass over rows `from` to `to`.
 * @param penaltyScale how much of the step's penalty the pass carries
 */
export function rowFeeds(
  graph: TrainingStepGraph,
  batch: TrainingBatch,
  from: number,
  to: number,
  penaltyScale: number,
): Feeds {
  return {
    ...featureFeeds(graph.features, batch.features, batch.rows, from, to),
    ...lossFeeds(graph, batch, from, to),
    ...(graph.inputs.includes(INPUTS.penaltyScale) && { [INPUTS.penaltyScale]: scalar(penaltyScale) }),
  };
}

/**
 * Throws DATA_INVALID when an array of a batch has the wrong length, or an option that it needs is
 * off.
 */
export function checkBatch(graph: TrainingStepGraph, batch: TrainingBatch): void {
  const { rows } = batch;
  const { outputWidth: width } = graph;
  if (!Number.isInteger(rows) || rows < 1)
    throw new DriftloopError('DATA_INVALID', `a batch of ${rows} rows`);
  const lengths: readonly [name: string, actual: number | undefined, ...allowed: number[]][] = [
    ['labels', batch.labels?.length, rows, rows * width],
    ['weights', batch.weights?.length, rows],
    ['teacher.logits', batch.teacher?.logits.length, rows * width],
    ['teacher.weights', batch.teacher?.weights.length, rows],
    ['remembered.logits', batch.remembered?.logits.length, rows * width],
    ['remembered.weights', batch.remembered?.weights.length, rows],
    ['logitOffsets', batch.logitOffsets?.length, rows * width],
  ];
  for (const [name, actual, ...allowed] of lengths) {
    if (actual !== undefined && !allowed.includes(actual)) {
      throw new DriftloopError(
        'DATA_INVALID',
        `${name} has ${actual} values; ${rows} rows need ${allowed.join(' or ')}`,
      );
    }
  }
  const needs: readonly [option: string, given: unknown, input: string][] = [
    ['distillation', batch.teacher, INPUTS.teacher],
    ['matching', batch.remembered, INPUTS.remembered],
    ['logitOffsets', batch.logitOffsets, INPUTS.logitOffsets],
    ['penalty', batch.penaltyScale, INPUTS.penaltyScale],
  ];
  for (const [option, given, input] of needs) {
    if (given !== undefined && !graph.inputs.includes(input)) {
      throw new DriftloopError('CONFIG_INVALID', `the batch needs the option ${option}, which is off`);
    }
  }
}

/**
 * Feeds for the rows in parts: an equal share for each, the first ones one more where they do not
 * divide.
 */
export function partFeeds(graph: TrainingStepGraph, batch: TrainingBatch, parts: number): Feeds[] {
  const { rows } = batch;
  // What does not depend on rows is in each part, and parts are summed.
  const penaltyScale = (batch.penaltyScale ?? 0) / parts;
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.ceil((part * rows) / parts);
    const to = Math.ceil(((part + 1) * rows) / parts);
    return rowFeeds(graph, batch, from, to, penaltyScale);
  });
}
