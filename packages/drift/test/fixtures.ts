import type { DriftSignal, DriftSketch, ModelSpec, Signal } from '@driftloop/schemas';
import type { LabelledRows } from '@driftloop/spec';
import { createRandom, type Random } from '@driftloop/stats';
import {
  buildReferenceProfile,
  createChunkSketcher,
  type ModelContext,
  noteOf,
  type Reducer,
  type ReferenceProfile,
} from '../src/index.ts';

export { specOf } from './spec-of.ts';

/**
 * Rows of a simple world: features normal, the category 0 to 2, class 1 with probability 0.8 when
 * f0 is above 0, else 0.2.
 */
export function rowsOf(spec: ModelSpec, rows: number, random: Random, shift = 0): LabelledRows {
  const width = spec.features.length;
  const features = new Float32Array(rows * width);
  const labels = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    spec.features.forEach(({ kind }, j) => {
      features[i * width + j] = kind === 'numeric' ? random.normal() + shift : random.integer(3);
    });
    labels[i] = Number(random.uniform() < ((features[i * width] ?? 0) > 0 ? 0.8 : 0.2));
  }
  return {
    rows,
    width,
    features,
    labels,
    weights: new Float32Array(rows).fill(1),
    eventTimes: Float64Array.from({ length: rows }, (_, i) => i),
  };
}

/** The answers of the best model of that world, two probabilities a row. */
export function answersOf(data: LabelledRows): Float32Array {
  const outputs = new Float32Array(2 * data.rows);
  for (let i = 0; i < data.rows; i++) {
    const positive = (data.features[i * data.width] ?? 0) > 0 ? 0.8 : 0.2;
    outputs[2 * i] = 1 - positive;
    outputs[2 * i + 1] = positive;
  }
  return outputs;
}

/** A profile of that world. */
export function profileOf(spec: ModelSpec, rows = 2000, seed = 1): ReferenceProfile {
  const data = rowsOf(spec, rows, createRandom(seed));
  return buildReferenceProfile({ spec, data, outputs: answersOf(data) });
}

/** A context whose every version has the same profile. */
export function contextOf(spec: ModelSpec, profile: ReferenceProfile, live = 1): ModelContext {
  return { spec, liveAt: () => live, profile: () => profile };
}

/**
 * One chunk of a partition as a record of the sketch log, with the row's number as request offset.
 */
export function chunkOf(
  signal: Signal,
  context: ModelContext,
  position: { partition: number; chunkStart: number; chunkEnd: number; logTime?: number },
  data: LabelledRows,
  eventTimes: readonly number[],
  version = context.liveAt(0),
): DriftSketch[] {
  const { chunkEnd, logTime = chunkEnd, ...place } = position;
  const end = { chunkEnd, logTime };
  const outputs = answersOf(data);
  const row = (i: number) => data.features.subarray(i * data.width, (i + 1) * data.width);
  const answer = (i: number) => outputs.subarray(2 * i, 2 * i + 2);
  const predicted = (i: number) => Number((answer(i)[1] ?? 0) >= 0.5);
  if (signal === 'data') {
    const sketcher = createChunkSketcher('data', context, place);
    eventTimes.forEach((time, i) => {
      sketcher.add(version, row(i), time);
    });
    return sketcher.sketches(end);
  }
  if (signal === 'prediction') {
    const sketcher = createChunkSketcher('prediction', context, place);
    eventTimes.forEach((time, i) => {
      sketcher.add(version, answer(i), predicted(i), time);
    });
    return sketcher.sketches(end);
  }
  const sketcher = createChunkSketcher('concept', context, place);
  eventTimes.forEach((eventTime, i) => {
    const outcome = {
      version,
      eventTime,
      labelEventTime: eventTime + 5,
      predicted: predicted(i),
      label: data.labels[i] ?? 0,
      confidence: answer(i)[predicted(i)] ?? 0,
      requestPartition: place.partition,
      requestOffset: place.chunkStart + i,
      rivals: [{ version: version + 1, predicted: data.labels[i] ?? 0 }],
    };
    sketcher.add(outcome, row(i));
  });
  return sketcher.sketches(end);
}

/**
 * Takes a record into a reducer of one model, of a topic with at least one partition; returns the
 * signals that it led to.
 */
export function signalsFrom<S>(
  reducer: Reducer<S>,
  state: S,
  sketch: DriftSketch,
  context: ModelContext,
): DriftSignal[] {
  const models = { of: (model: string) => (model === context.spec.model ? context : undefined) };
  reducer.apply(state, readUpTo(reducer.signal, 1, 0), models);
  return reducer.apply(state, sketch, models).flatMap(({ signals }) => signals);
}

/** Says that every partition has been read up to a log time. */
export function readUpTo(signal: Signal, partitions: number, time: number, end = 0): DriftSketch {
  const clocks = Array.from({ length: partitions }, (_, partition) => ({ partition, end, time }));
  return noteOf(signal, clocks, partitions);
}

type Place = { readonly partition: number; readonly chunkStart: number };

/** One chunk of requests, a row per millisecond from the chunk's start on. */
export function dataChunk(
  context: ModelContext,
  place: Place,
  features: Float32Array,
  width: number,
): DriftSketch[] {
  const sketcher = createChunkSketcher('data', context, place);
  const rows = features.length / width;
  for (let i = 0; i < rows; i++)
    sketcher.add(context.liveAt(0), features.subarray(i * width, (i + 1) * width), place.chunkStart + i);
  return sketcher.sketches(endAt(place.chunkStart + rows));
}

/** The same of a regression's answers. */
export function predictionChunk(context: ModelContext, place: Place, outputs: Float32Array): DriftSketch[] {
  const sketcher = createChunkSketcher('prediction', context, place);
  outputs.forEach((value, i) => {
    sketcher.add(context.liveAt(0), outputs.subarray(i, i + 1), value, place.chunkStart + i);
  });
  return sketcher.sketches(endAt(place.chunkStart + outputs.length));
}

/** The same of a regression's answers with their truths, which come 5 ms later. */
export function conceptChunk(
  context: ModelContext,
  place: Place,
  outputs: Float32Array,
  truths: Float64Array,
): DriftSketch[] {
  const sketcher = createChunkSketcher('concept', context, place);
  outputs.forEach((predicted, i) => {
    const eventTime = place.chunkStart + i;
    sketcher.add({
      version: context.liveAt(0),
      eventTime,
      labelEventTime: eventTime + 5,
      predicted,
      label: truths[i] ?? 0,
      confidence: 0,
      requestPartition: place.partition,
      requestOffset: eventTime,
      rivals: [],
    });
  });
  return sketcher.sketches(endAt(place.chunkStart + outputs.length));
}

function endAt(chunkEnd: number) {
  return { chunkEnd, logTime: chunkEnd };
}
