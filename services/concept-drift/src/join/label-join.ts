import type { Connections } from '@driftloop/connections';
import { type Clock, systemClock } from '@driftloop/service';
import type { PredictionRow } from '@driftloop/warehouse';
import type { RecentAnswers } from './recent-answers.ts';

/** Finds the answers that labels are about. */
export interface LabelJoin {
  /**
   * The answer that was served to each request, with those in shadow, by request id. An id is left out only when its request is not known, was refused,
   * or was not served within the grace time.
   */
  answersFor(model: string, requestIds: readonly string[]): Promise<ReadonlyMap<string, PredictionRow>>;
}

/** How often ClickHouse is asked for answers that are on their way. */
const POLL_MS = 150;
/** How long, and how often, answers are looked for on Kafka before ClickHouse is waited for: a label can be ahead of an answer by this much. */
const AHEAD_MS = 300;
const GLANCE_MS = 20;

/**
 * Joins labels to answers, however late they are: the newest answers are in memory, all others in ClickHouse.
 *
 * A label can also be early: its answer is not on Kafka yet, or there and not in ClickHouse. So before a label counts as unmatched,
 * ClickHouse must have taken in all that Kafka held when the label was first looked for; and while the request is known but unanswered,
 * the label waits up to `graceMs`. Labels for requests that never were cost no waiting beyond that.
 */
export function createLabelJoin(
  { bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>,
  recent: Pick<RecentAnswers, 'find'>,
  { graceMs, clock = systemClock }: { readonly graceMs: number; readonly clock?: Clock },
): LabelJoin {
  const endsOf = async (topic: 'inference.predictions' | 'inference.requests') =>
    (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));

  return {
    async answersFor(model, requestIds) {
      const answers = new Map<string, PredictionRow>();
      const glance = (ids: readonly string[]) =>
        ids.filter((id) => {
          const answer = recent.find(model, id);
          if (answer) answers.set(id, answer);
          return !answer;
        });
      const look = async (ids: readonly string[]) => {
        for (const row of await warehouse.predictionsFor(model, ids)) answers.set(row.requestId, row);
        return ids.filter((id) => !answers.has(id));
      };
      let missing = glance([...new Set(requestIds)]);
      if (missing.length > 0) missing = await look(missing);
      for (let waited = 0; missing.length > 0 && waited < AHEAD_MS; waited += GLANCE_MS) {
        await clock.sleep(GLANCE_MS);
        missing = glance(missing);
      }
      if (missing.length === 0) return answers;

      await warehouse.waitForIngest('inference.requests', await endsOf('inference.requests'));
      const deadline = clock.monotonicMs() + graceMs;
      for (;;) {
        await warehouse.waitForIngest('inference.predictions', await endsOf('inference.predictions'));
        missing = await look(missing);
        if (missing.length === 0 || clock.monotonicMs() >= deadline) return answers;
        // Whoever is known, not refused and not answered is still on its way through the inference service.
        if ((await warehouse.unserved(model, missing)).length === 0) return answers;
        await clock.sleep(POLL_MS);
      }
    },
  };
}
