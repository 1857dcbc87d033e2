import {
  type Answers,
  designsOf,
  type Engine,
  encodeMemory,
  type Factory,
  holdOutNewest,
  predict,
  requireTrainable,
  splitMeasured,
  trainFirst,
} from '@driftloop/continual';
import { buildReferenceProfile, type ReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import {
  hasClasses,
  type LabelledRows,
  outputsOf,
  rowWidthOf,
  type TextColumns,
  textColumnsOf,
} from '@driftloop/spec';

/** A version that is ready to be registered. */
export interface FirstVersion {
  readonly onnx: Uint8Array;
  readonly profile: ReferenceProfile;
  readonly memory: Uint8Array;
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * Figures of the clock, which differ from run to run: told beside the version, no part of its
   * artifact.
   */
  readonly measured?: Readonly<Record<string, number>>;
}

/** Share of the newest rows that a given model's accuracy and calibration are measured on. */
const HELD_OUT_SHARE = 0.2;

/**
 * Makes a model for a spec and trains it on labelled rows; its accuracy is that of the same recipe
 * on the newest fifth before it had learnt from it. Spec, rows and seed give the same bytes on one
 * machine, however busy it is: epochs bound the run, no clock does.
 *
 * @throws DriftloopError DATA_INVALID when nothing can be learnt from the rows; SPEC_INVALID for a
 *   spec with free text
 */
export async function makeFirstVersion(
  engine: Engine,
  options: {
    readonly spec: ModelSpec;
    readonly factory: Factory;
    readonly data: LabelledRows;
    readonly seed: number;
    /** A clock in milliseconds, for the figures of speed alone. @default performance.now */
    now?(): number;
    onProgress?(step: number, steps: number): void;
  },
): Promise<FirstVersion> {
  const { spec, data, seed } = options;
  checkWidth(spec, data);
  refuseTexts(spec);
  requireTrainable(spec);
  const trained = await trainFirst({
    engine,
    designs: designsOf(options.factory, spec, seed),
    spec,
    data,
    strategy: spec.retrain.strategy,
    seed,
    now: options.now ?? (() => performance.now()),
    onProgress: ({ step, steps }) => options.onProgress?.(step, steps),
  });
  const { rows, outputs } = trained.judged;
  const profile = buildReferenceProfile({ spec, data, heldOut: { data: rows, outputs } });
  const { metrics, measured } = splitMeasured(trained.metrics);
  return {
    onnx: trained.model,
    profile,
    memory: encodeMemory(trained.memory),
    metrics: { ...metrics, ...qualityOf(spec, profile) },
    measured,
  };
}

/**
 * Measures a model on the newest fifth of labelled rows and describes the rest as its reference.
 *
 * @throws DriftloopError DATA_INVALID or MODEL_INVALID when model, rows and spec do not fit
 */
export async function describeVersion(
  engine: Engine,
  { spec, onnx, data }: { readonly spec: ModelSpec; readonly onnx: Uint8Array; readonly data: LabelledRows },
): Promise<Pick<FirstVersion, 'profile' | 'metrics'>> {
  checkWidth(spec, data);
  const { training, heldOut } = holdOutNewest(data, HELD_OUT_SHARE);
  const { outputs } = await answersTo(engine, onnx, heldOut, textColumnsOf(spec.features, data.texts));
  const profile = buildReferenceProfile({ spec, data: training, heldOut: { data: heldOut, outputs } });
  return { profile, metrics: qualityOf(spec, profile) };
}

async function answersTo(
  engine: Engine,
  onnx: Uint8Array,
  rows: LabelledRows,
  texts: TextColumns | undefined,
): Promise<Answers> {
  try {
    return await predict(engine, onnx, rows.features, rows.width, texts);
  } catch (error) {
    if (!(error instanceof DriftloopError) || error.code !== 'GRAPH_INVALID') throw error;
    throw new DriftloopError(
      'DATA_INVALID',
      `The model cannot be run on the newest ${rows.rows} rows: ${error.message}. Leave out the rows that it cannot take, or let its graph take them.`,
      { cause: error },
    );
  }
}

/** Factories make models of numbers and categories. */
function refuseTexts({ features, model }: ModelSpec): void {
  const text = features.find(({ kind }) => kind === 'text');
  if (text === undefined) return;
  throw new DriftloopError(
    'SPEC_INVALID',
    `Column '${text.name}' of model '${model}' is free text, of which no model is made here. Bring an ONNX file that takes texts (--onnx), or leave the column out of the spec (spec --ignore).`,
  );
}

/** Quality on rows that were held out. */
function qualityOf(spec: ModelSpec, profile: ReferenceProfile): Record<string, number> {
  const quality = profile.outputs.score.mean;
  if (hasClasses(spec.task)) return { accuracy: quality };
  return outputsOf(spec).length > 0 ? { error: quality } : { squaredError: quality };
}

/**
 * @throws DriftloopError DATA_INVALID when the rows have another number of features than the spec
 */
export function checkWidth(spec: ModelSpec, data: LabelledRows): void {
  if (data.width === rowWidthOf(spec)) return;
  throw new DriftloopError(
    'DATA_INVALID',
    `The data has ${data.width} feature columns, the spec of '${spec.model}' names ${rowWidthOf(spec)}.`,
  );
}
