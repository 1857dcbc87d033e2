import { type ChunkPosition, type ChunkSketcher, createChunkSketcher } from '@driftloop/drift';
import type { DriftSketch, Signal } from '@driftloop/schemas';
import type { LoadedContext, ModelContexts } from './model-contexts.ts';

type SketcherOf<S extends Signal> = ReturnType<typeof createChunkSketcher<S>>;

/** The sketchers of one chunk, one per model, made when a model's first row comes. */
export interface ModelSketchers<S extends Signal> {
  /** The model's sketcher and context; undefined for a model without a spec. */
  of(model: string): { sketcher: SketcherOf<S>; context: LoadedContext } | undefined;
  /** The chunk's records as they stand; of every known model when the partition is idle, so that it holds none back. */
  sketches(chunkEnd: number, options: { idle: boolean }): DriftSketch[];
}

/** Starts the sketchers of a chunk. */
export function createModelSketchers<S extends Signal>(
  signal: S,
  position: ChunkPosition,
  contexts: ModelContexts,
): ModelSketchers<S> {
  const known = new Map<string, { sketcher: SketcherOf<S>; context: LoadedContext }>();
  const of = (model: string) => {
    const existing = known.get(model);
    if (existing) return existing;
    const context = contexts.of(model);
    if (!context) return undefined;
    const created = { context, sketcher: createChunkSketcher(signal, context, position) };
    known.set(model, created);
    return created;
  };
  return {
    of,
    sketches(chunkEnd, options) {
      if (options.idle) for (const model of contexts.models()) of(model);
      return [...known.values()].flatMap(({ sketcher }) =>
        (sketcher as ChunkSketcher).sketches(chunkEnd, options),
      );
    },
  };
}
