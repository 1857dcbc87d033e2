import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections } from '@driftloop/connections';
import type { PredictionRow } from '@driftloop/warehouse';

/** Finds the answers that labels are about. */
export interface LabelJoin {
  /**
   * The live answer of each request, by request id. An id is left out only when its request is not known, was refused,
   * or was not served within the grace time.
   */
  answersFor(model: string, requestIds: readonly string[]): Promise<ReadonlyMap<string, PredictionRow>>;
}

/** How often ClickHouse is asked for answers that are on their way. */
const POLL_MS = 150;

/**
 * Joins labels to answers in ClickHouse, however late they are.
 *
 * A label can also be early: its answer is on Kafka but not in ClickHouse yet, or its request is not served yet. So before a label counts
 * as unmatched, ClickHouse must have taken in all that Kafka held when the label was first looked for; and while the
 * request is known but unanswered, the label waits up to `graceMs`. Labels for requests that never were cost no waiting beyond that.
 */
export function createLabelJoin(
  { bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>,
  options: { readonly graceMs: number },
): LabelJoin {
  const endsOf = async (topic: 'inference.predictions' | 'inference.requests') =>
    (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));

  return {
    async answersFor(model, requestIds) {
      const answers = new Map<string, PredictionRow>();
      const look = async (ids: readonly string[]) => {
        for (const row of await warehouse.predictionsFor(model, ids)) answers.set(row.requestId, row);
        return ids.filter((id) => !answers.has(id));
      };
      let missing = await look([...new Set(requestIds)]);
      if (missing.length === 0) return answers;

      await warehouse.waitForIngest('inference.requests', await endsOf('inference.requests'));
      const deadline = performance.now() + options.graceMs;
      for (;;) {
        await warehouse.waitForIngest('inference.predictions', await endsOf('inference.predictions'));
        missing = await look(missing);
        if (missing.length === 0 || performance.now() >= deadline) return answers;
        // Whoever is known, not refused and not answered is still on its way through the inference service.
        if ((await warehouse.unserved(model, missing)).length === 0) return answers;
        await sleep(POLL_MS);
      }
    },
  };
}
