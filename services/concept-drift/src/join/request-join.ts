import type { Connections } from '@driftloop/connections';
import type { RequestColumns, ServedAnswer } from '@driftloop/spec';
import type { RecentRequests } from './recent-requests.ts';

/** Finds the requests that were answered. */
export interface RequestJoin {
  /**
   * The columns of the request of each answer, by request id. One is left out only when it is not
   * kept any more: what is found does not depend on when it is looked for.
   */
  requestsOf(model: string, answers: Iterable<ServedAnswer>): Promise<ReadonlyMap<string, RequestColumns>>;
}

/**
 * Joins answers to their requests: the newest are in memory, all others in ClickHouse, which is
 * waited for until it has read as far as the answers say, and no further than the topic goes: an
 * answer may name a place that has never been, or that was in a topic made anew since.
 */
export function createRequestJoin(
  { warehouse, bus }: Pick<Connections, 'warehouse' | 'bus'>,
  recent: Pick<RecentRequests, 'of'>,
): RequestJoin {
  const look = async (
    model: string,
    missing: ReadonlyMap<string, ServedAnswer>,
    found: Map<string, RequestColumns>,
  ) => {
    for (const request of await warehouse.requestsFor(model, [...missing.keys()])) {
      const { requestId, partition, offset } = request;
      const answer = missing.get(requestId);
      if (answer?.requestPartition === partition && answer.requestOffset === offset)
        found.set(requestId, request);
    }
    return new Map([...missing].filter(([requestId]) => !found.has(requestId)));
  };
  return {
    async requestsOf(model, answers) {
      const found = new Map<string, RequestColumns>();
      let missing = new Map<string, ServedAnswer>();
      for (const answer of answers) {
        const columns = recent.of(model, answer);
        if (columns) found.set(answer.requestId, columns);
        else missing.set(answer.requestId, answer);
      }
      if (missing.size > 0) missing = await look(model, missing, found);
      if (missing.size === 0) return found;
      const written = new Map(
        (await bus.offsets('inference.requests')).map(({ partition, high }) => [partition, high]),
      );
      const ends = endsOf(missing.values()).map(({ partition, offset }) => ({
        partition,
        offset: Math.min(offset, written.get(partition) ?? 0),
      }));
      await warehouse.waitForIngest('inference.requests', ends);
      await look(model, missing, found);
      return found;
    },
  };
}

/** How far ClickHouse must have read to know the requests of these answers. */
function endsOf(answers: Iterable<ServedAnswer>): { partition: number; offset: number }[] {
  const ends = new Map<number, number>();
  for (const { requestPartition, requestOffset } of answers)
    ends.set(requestPartition, Math.max(ends.get(requestPartition) ?? 0, requestOffset + 1));
  return [...ends].map(([partition, offset]) => ({ partition, offset }));
}
