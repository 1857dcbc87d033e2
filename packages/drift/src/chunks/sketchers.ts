import type { DriftSketch } from '@driftloop/schemas';
import { isOutputWidth, rowWidthOf } from '@driftloop/spec';
import type { OutputLayout } from '../layout/output-layout.ts';
import { createWatchedRowsWriter } from '../row-watch/watched-rows.ts';
import { createDataSketch } from '../sketch/data-sketch.ts';
import { encodeVector } from '../sketch/integer-vector.ts';
import { encodeOutcomes, type Outcome } from '../sketch/outcomes.ts';
import { createOutputSketch } from '../sketch/output-sketch.ts';
import type { ChunkEnd, ChunkPosition, ModelContext } from './context.ts';
import { createWindowGroups } from './window-groups.ts';

/** The sketches of one model in one chunk of one partition. */
export interface ChunkSketcher {
  /**
   * Counts a row of this model that cannot be sketched, for example a label whose request is not
   * known.
   */
  reject(): void;
  /** The chunk's record, none or one. */
  sketches(end: ChunkEnd): DriftSketch[];
}

export interface DataSketcher extends ChunkSketcher {
  /**
   * Counts a request. A row of another width or without a valid event time is rejected; NaN and
   * infinities are counted.
   *
   * @param version that was live; rows of 0 are rejected, since there is nothing to test them
   *   against
   * @param rank of the row in its window, see rows/sample-ranks.ts. @default rows of its group so
   *   far
   * @param texts free texts of the row, in which their slots have places. @default none
   * @param lagMs the record's timestamp less its event time. @default 0
   */
  add(
    version: number,
    features: Float32Array,
    eventTime: number,
    rank?: number,
    texts?: readonly string[],
    lagMs?: number,
  ): void;
}

export interface PredictionSketcher extends ChunkSketcher {
  /**
   * Counts a live answer.
   * @param expected what it says is to be expected of the truth. @default nothing
   */
  add(
    version: number,
    outputs: Float32Array,
    predicted: number,
    eventTime: number,
    expected?: Float32Array,
  ): void;
}

export interface ConceptSketcher extends ChunkSketcher {
  /**
   * Keeps a live answer with its truth.
   * @param row the request's, for the row watch. @default the row is not watched
   */
  add(outcome: Outcome, row?: ArrayLike<number>): void;
}

interface Sketchers {
  data: DataSketcher;
  prediction: PredictionSketcher;
  concept: ConceptSketcher;
}

/**
 * Creates the sketcher of one model's rows in one chunk: the map side of a drift service. The same
 * rows in the same order give the same bytes. A data sketch is made in the layout of the version
 * that was live, and stamped with it.
 */
export function createChunkSketcher<S extends keyof Sketchers>(
  signal: S,
  context: ModelContext,
  position: ChunkPosition,
): Sketchers[S];
export function createChunkSketcher(
  signal: keyof Sketchers,
  context: ModelContext,
  position: ChunkPosition,
): Sketchers[keyof Sketchers] {
  switch (signal) {
    case 'data':
      return dataSketcher(context, position);
    case 'prediction':
      return predictionSketcher(context, position);
    case 'concept':
      return conceptSketcher(context, position);
  }
}

function dataSketcher(context: ModelContext, position: ChunkPosition): DataSketcher {
  const groups = createWindowGroups('data', () => context.spec, position, {
    create: (version: number) => createDataSketch(context.profile(version).layout),
    n: (sketch) => sketch.n,
    encode: (sketch) => encodeVector(sketch.vector()),
  });
  let version = 0;
  let layout = '';
  return {
    add(live, features, eventTime, rank, texts, lagMs) {
      if (live !== version) {
        version = live;
        layout = version > 0 && !context.isLost?.(version) ? context.profile(version).layout.id : '';
      }
      if (layout === '' || features.length !== rowWidthOf(context.spec)) groups.reject();
      else groups.of(eventTime, version, layout)?.add(features, 0, rank, texts, lagMs);
    },
    reject: groups.reject,
    sketches: groups.record,
  };
}

function predictionSketcher(context: ModelContext, position: ChunkPosition): PredictionSketcher {
  const groups = createWindowGroups('prediction', () => context.spec, position, {
    create: (version: number) => createOutputSketch(context.profile(version).outputs.layout),
    n: (sketch) => sketch.n,
    encode: (sketch) => encodeVector(sketch.vector()),
  });
  return {
    add(version, outputs, predicted, eventTime, expected) {
      if (context.isLost?.(version)) {
        groups.reject();
        return;
      }
      const layout = context.profile(version).outputs.layout;
      if (isWidthOf(layout, outputs.length))
        groups.of(eventTime, version, layout.id)?.add(outputs, predicted, 0, outputs.length, expected);
      else groups.reject();
    },
    reject: groups.reject,
    sketches: groups.record,
  };
}

function isWidthOf({ task, classes, outputs }: OutputLayout, width: number): boolean {
  return outputs ? width === outputs.length : isOutputWidth(width, { task, classes });
}

function conceptSketcher(context: ModelContext, position: ChunkPosition): ConceptSketcher {
  const groups = createWindowGroups('concept', () => context.spec, position, {
    create: (): Outcome[] => [],
    n: (outcomes) => outcomes.length,
    encode: (outcomes) => encodeOutcomes(outcomes),
  });
  const watched = createWatchedRowsWriter();
  return {
    add(outcome, row) {
      const { version, label } = outcome;
      const isUsable = Number.isFinite(label) && Number.isFinite(outcome.predicted);
      if (!isUsable || context.isLost?.(version)) {
        groups.reject();
        return;
      }
      const profile = context.profile(version);
      const group = groups.of(outcome.eventTime, version, profile.outputs.layout.id);
      group?.push(outcome);
      if (group && row) watched.add(outcome, row, profile);
    },
    reject: groups.reject,
    sketches(end) {
      const rows = watched.bytes();
      return groups.record(end).map((record) => (rows.length > 0 ? { ...record, rows } : record));
    },
  };
}
