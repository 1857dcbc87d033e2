import type { Connections } from '@driftloop/connections';
import { EARLY_LABEL_MS } from '@driftloop/drift';
import { SERVING_GROUP } from '@driftloop/schemas';
import type { Clock } from '@driftloop/service';
import type { ServedAnswer, ServedAnswers } from '@driftloop/spec';
import { createRequestClock } from './request-clock.ts';

/** A label that looks for its answer. */
export interface WaitingLabel {
  readonly requestId: string;
  /** Kafka timestamp, epoch ms. */
  readonly timestamp: number;
}

/** Finds the answers that labels are about. */
export interface LabelJoin {
  /**
   * The answer that was served to each request, with those in shadow, by request id. An id is left
   * out only when its request did not come within `EARLY_LABEL_MS` after its label, or was not
   * answered: it was refused, or is not kept any more.
   */
  answersFor(model: string, labels: readonly WaitingLabel[]): Promise<ReadonlyMap<string, ServedAnswer>>;
}

/** How often ClickHouse is asked for answers that are on their way. */
const POLL_MS = 150;
/**
 * How long, and how often, answers are looked for on Kafka before ClickHouse is waited for: a label
 * can be ahead of an answer by this much.
 */
const AHEAD_MS = 300;
const GLANCE_MS = 20;

/**
 * Joins labels to answers, however late they are: the newest answers are in memory, all others in
 * ClickHouse, which may still have to read them.
 *
 * A label can also be early. So before one counts as unmatched, the requests must have been read up
 * to the time until which its request may come, in the log's time; and a request that is known is
 * waited for until the inference service has gone past it, however long that takes. What a label
 * finds then does not depend on when it looked.
 */
export function createLabelJoin(
  { bus, warehouse }: Pick<Connections, 'bus' | 'warehouse'>,
  recent: Pick<ServedAnswers, 'find'>,
  clock: Clock,
): LabelJoin {
  const requests = createRequestClock(bus, clock);
  const endsOf = async (topic: 'inference.predictions' | 'inference.requests') =>
    (await bus.offsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));

  return {
    async answersFor(model, labels) {
      const answers = new Map<string, ServedAnswer>();
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
      const lookAtAll = async (ids: readonly string[]) => {
        await warehouse.waitForIngest('inference.predictions', await endsOf('inference.predictions'));
        return look(ids);
      };
      let missing = glance([...new Set(labels.map(({ requestId }) => requestId))]);
      if (missing.length > 0) missing = await look(missing);
      for (let waited = 0; missing.length > 0 && waited < AHEAD_MS; waited += GLANCE_MS) {
        await clock.sleep(GLANCE_MS);
        missing = glance(missing);
      }
      if (missing.length > 0) missing = await lookAtAll(missing);
      if (missing.length === 0) return answers;

      const newest = labels.reduce((most, { timestamp }) => Math.max(most, timestamp), 0);
      await requests.reached(newest + EARLY_LABEL_MS);
      await warehouse.waitForIngest('inference.requests', await endsOf('inference.requests'));
      for (;;) {
        const passed = await bus.groupOffsets(SERVING_GROUP, 'inference.requests');
        // Whoever is known, not refused and not answered is still on its way through the inference
        // service. Asked before the last look: an answer that comes between the two is found by it.
        const waiting = (await warehouse.unserved(model, missing)).filter(
          ({ partition, offset }) =>
            offset >= (passed.find((end) => end.partition === partition)?.offset ?? 0),
        );
        missing = await lookAtAll(missing);
        if (missing.length === 0 || waiting.length === 0) return answers;
        await clock.sleep(POLL_MS);
      }
    },
  };
}
