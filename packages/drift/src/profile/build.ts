import { DriftloopError } from '@driftloop/errors';
import type { FeatureSpec, ModelSpec } from '@driftloop/schemas';
import {
  isLabel,
  isOutputWidth,
  type LabelledRows,
  labelsPerRow,
  outputWidthsOf,
  rowWidthOf,
  slotsOf,
  targetsOf,
} from '@driftloop/spec';
import { FAULT_LAYOUT } from '../layout/fault-layout.ts';
import { type FeatureLayout, isMeasured, type SketchLayout, sealLayout } from '../layout/input-layout.ts';
import { createMeasure } from '../sketch/measure.ts';
import { referenceBlocks } from './dispersion.ts';
import { magnitudeReference, sameRows } from './fault-reference.ts';
import { featureLayout, ownReference } from './feature-layout.ts';
import { featureReference } from './feature-reference.ts';
import type { FeatureRows } from './feature-rows.ts';
import { multivariateLayout, multivariateReference } from './multivariate-reference.ts';
import { outputReference } from './output-reference.ts';
import type { ReferenceProfile } from './reference-profile.ts';

/** What a reference profile is made from. */
export interface ReferenceInput {
  readonly spec: ModelSpec;
  /** The data that the version was trained on. */
  readonly data: LabelledRows;
  /**
   * The version's answers to `data`, rows × classes (or rows × 1); needed unless rows were held
   * out.
   */
  readonly outputs?: Float32Array;
  /**
   * The class that each of `outputs` named, for a version that decides at a threshold of its own.
   * @default the most probable one
   */
  readonly answered?: Float32Array;
  /**
   * Rows held out from training with the answers to them: accuracy and calibration then come from
   * these.
   */
  readonly heldOut?: { readonly data: LabelledRows; readonly outputs: Float32Array };
  /**
   * Layout of the base version: sketches made for one version then merge with the next one's.
   * @default fitted to data
   */
  readonly layout?: SketchLayout;
}

/**
 * Describes a version's data and answers. A feature without a finite value, a constant one and a
 * reference of one row are described as they are: tests against them have no power, or see any
 * other value.
 *
 * @throws DATA_INVALID without rows, or where lengths do not fit the spec; the message says which
 */
export function buildReferenceProfile(input: ReferenceInput): ReferenceProfile {
  const { spec } = input;
  const data = inOrder(requireRows('data', input.data, spec));
  const { lengthMs, minSamples } = spec.window;
  const blocks = referenceBlocks(data.eventTimes, lengthMs, minSamples);
  const layout = usableLayout(input.layout, spec, data) ?? newLayout(spec, data);
  const measured = measureRows(layout.features, data);
  return {
    format: 1,
    rows: data.rows,
    layout,
    features: layout.features.map((feature, i) => ({
      ...featureReference(feature, columnOf(measured, i), blocks),
      ...magnitudeReference(feature, columnOf(measured, i)),
      ...ownReference(feature, rowsAt(data, spec, i), blocks),
    })),
    multivariate: multivariateReference(layout, data.rows, measured.features, blocks),
    sameRows: sameRows(layout.features, measured.features, blocks),
    outputs: outputs(input),
  };
}

function outputs({ spec, data, heldOut, ...input }: ReferenceInput): ReferenceProfile['outputs'] {
  const answered = heldOut ?? { data, outputs: input.outputs ?? new Float32Array() };
  const evaluated = requireRows(heldOut ? 'heldOut.data' : 'data', answered.data, spec);
  const width = answered.outputs.length / evaluated.rows;
  if (!isOutputWidth(width, spec)) {
    throw new DriftloopError(
      'DATA_INVALID',
      `${answered.outputs.length} outputs for ${evaluated.rows} rows of ${spec.model}: a ${spec.task} model has ${outputWidthsOf(spec).join(' or ')} per row. Pass 'outputs' for 'data', or 'heldOut' with both.`,
    );
  }
  const bad = answered.outputs.findIndex((output) => !Number.isFinite(output));
  if (bad >= 0) {
    throw new DriftloopError(
      'DATA_INVALID',
      `The model answers ${answered.outputs[bad]} to row ${Math.floor(bad / width)} of the reference of ${spec.model}: nothing can be expected of such answers. Train it again, or leave the row out.`,
    );
  }
  const sorted = inOrder(evaluated);
  const order = orderOf(evaluated.eventTimes);
  const answers = permute(answered.outputs, order, width);
  const named = heldOut || !input.answered ? undefined : permute(input.answered, order, 1);
  const { lengthMs, minSamples } = spec.window;
  const blocks = referenceBlocks(sorted.eventTimes, lengthMs, minSamples);
  return outputReference(spec, sorted, answers, blocks, named);
}

function newLayout(spec: ModelSpec, data: LabelledRows): SketchLayout {
  const features = spec.features.map((feature, i) => featureLayout(feature, rowsAt(data, spec, i)));
  const { features: measured } = measureRows(features, data);
  return sealLayout({
    features,
    multivariate: multivariateLayout(features, data.rows, measured),
    faults: FAULT_LAYOUT,
  });
}

function usableLayout(
  layout: SketchLayout | undefined,
  spec: ModelSpec,
  data: LabelledRows,
): SketchLayout | undefined {
  const isAlike =
    layout?.faults !== undefined &&
    layout.features.length === spec.features.length &&
    layout.features.every((feature, i) => {
      const { name, kind, size = 0 } = spec.features[i] as FeatureSpec;
      const isSized = feature.kind !== 'embedding' || feature.size === size;
      return name === feature.name && kind === feature.kind && isSized;
    });
  // A spec with other features starts a new layout, and so does one that counts nothing for faults:
  // old sketches would count other things.
  if (!isAlike) return undefined;
  const measured = measureRows(layout.features, data);
  return layout.features.some((feature, i) => isBlind(feature, columnOf(measured, i))) ? undefined : layout;
}

/** A layout that knows one value at most tells no others apart, and has no scale for them. */
function isBlind(feature: FeatureLayout, column: Float32Array): boolean {
  if (!isMeasured(feature) || feature.edges.length > 2) return false;
  const [value] = feature.edges;
  return column.some((other) => Number.isFinite(other) && other !== value);
}

function requireRows(name: string, data: LabelledRows, spec: ModelSpec): LabelledRows {
  const problem =
    data.rows < 1
      ? 'has no rows'
      : data.width !== rowWidthOf(spec)
        ? `has ${data.width} features, the spec has ${rowWidthOf(spec)}`
        : data.features.length !== data.rows * data.width
          ? `has ${data.features.length} feature values for ${data.rows} rows of ${data.width}`
          : data.labels.length !== data.rows * targetsOf(spec).length || data.eventTimes.length !== data.rows
            ? `has ${data.labels.length} labels and ${data.eventTimes.length} event times for ${data.rows} rows`
            : badLabel(data, spec);
  if (problem === undefined) return data;
  throw new DriftloopError('DATA_INVALID', `The reference '${name}' of ${spec.model} ${problem}.`);
}

function badLabel(data: LabelledRows, spec: ModelSpec): string | undefined {
  const at = data.labels.findIndex((label) => !isLabel(label, spec));
  const row = Math.floor(at / labelsPerRow(data));
  return at < 0 ? undefined : `has label ${data.labels[at]} in row ${row}, which is not one of the spec's`;
}

/** One number per row and feature: see {@link createMeasure}. */
function measureRows(features: readonly FeatureLayout[], data: LabelledRows): MeasuredRows {
  const measure = createMeasure(features);
  if (measure === undefined) return data;
  const { rows, width: given, texts = [] } = data;
  const width = features.length;
  const measured = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++)
    measure(data.features, row * given, texts, measured.subarray(row * width, (row + 1) * width));
  return { rows, width, features: measured };
}

type MeasuredRows = Pick<LabelledRows, 'rows' | 'width' | 'features'>;

function columnOf(data: MeasuredRows, feature: number): Float32Array {
  return Float32Array.from({ length: data.rows }, (_, i) => data.features[i * data.width + feature] ?? 0);
}

function rowsAt(data: LabelledRows, spec: ModelSpec, feature: number): FeatureRows {
  return { ...data, at: slotsOf(spec.features).starts[feature] ?? 0 };
}

function inOrder(data: LabelledRows): LabelledRows {
  const order = orderOf(data.eventTimes);
  if (order.every((row, i) => row === i)) return data;
  return {
    ...data,
    features: permute(data.features, order, data.width),
    labels: permute(data.labels, order, labelsPerRow(data)),
    weights: permute(data.weights, order, 1),
    eventTimes: Float64Array.from(order, (row) => data.eventTimes[row] ?? 0),
  };
}

function orderOf(eventTimes: Float64Array): Uint32Array {
  const order = Uint32Array.from(eventTimes, (_, i) => i);
  return order.sort((a, b) => (eventTimes[a] ?? 0) - (eventTimes[b] ?? 0) || a - b);
}

function permute(values: Float32Array, order: Uint32Array, width: number): Float32Array {
  const result = new Float32Array(values.length);
  order.forEach((row, i) => {
    result.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return result;
}
