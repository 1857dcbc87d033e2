import type { ChunkPosition } from '@driftloop/drift';
import { createModelSketchers, type ModelContexts, type SketchRows } from '@driftloop/drift-stages';
import { isEventTimeAhead } from '@driftloop/schemas';

/** Sketches the requests of one chunk by model. Requests of unknown models, and of the future, are the inference service's to refuse. */
export function createRequestRows(
  position: ChunkPosition,
  contexts: ModelContexts,
): SketchRows<'inference.requests'> {
  const sketchers = createModelSketchers('data', position, contexts);
  return {
    async add(records) {
      const models = new Set(records.map(({ value }) => value.model));
      for (const model of models) await sketchers.of(model)?.context.loadLive();
      for (const { value, timestamp } of records) {
        if (isEventTimeAhead(value.eventTime, timestamp)) continue;
        sketchers.of(value.model)?.sketcher.add(value.features, value.eventTime);
      }
      return undefined;
    },
    sketches: async (chunkEnd, options) => sketchers.sketches(chunkEnd, options),
  };
}
