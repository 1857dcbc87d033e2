import type { Connections } from '@driftloop/connections';
import type { RequestColumns, ServedAnswer } from '@driftloop/spec';
import type { RecentRequests } from './recent-requests.ts';

/** Finds the requests that were answered. */
export interface RequestJoin {
  /**
   * The columns of the request of each answer. One is left out only when it is not
   * kept any more: what is found does not depend on when it is looked for.
   */
  requestsOf(
    model: string,
    answers: Iterable<ServedAnswer>,
  ): Promise<ReadonlyMap<ServedAnswer, RequestColumns>>;
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
    missing: ReadonlySet<ServedAnswer>,
    found: Map<ServedAnswer, RequestColumns>,
  ) => {
    const places = Array.from(missing, ({ requestId, requestPartition, requestOffset }) => ({
      requestId,
      partition: requestPartition,
      offset: requestOffset,
    }));
    const requests = new Map(
      (await warehouse.requestsFor(model, places)).map((request) => [placeOf(request), request]),
    );
    const left = new Set<ServedAnswer>();
    for (const answer of missing) {
      const { requestId, requestPartition: partition, requestOffset: offset } = answer;
      const request = requests.get(placeOf({ requestId, partition, offset }));
      if (request) found.set(answer, request);
      else left.add(answer);
    }
    return left;
  };
  return {
    async requestsOf(model, answers) {
      const found = new Map<ServedAnswer, RequestColumns>();
      let missing = new Set<ServedAnswer>();
      for (const answer of answers) {
        const columns = recent.of(model, answer);
        if (columns) found.set(answer, columns);
        else missing.add(answer);
      }
      if (missing.size > 0) missing = await look(model, missing, found);
      if (missing.size === 0) return found;
      const written = new Map(
        (await bus.offsets('inference.requests')).map(({ partition, high }) => [partition, high]),
      );
      const ends = endsOf(missing).map(({ partition, offset }) => ({
        partition,
        offset: Math.min(offset, written.get(partition) ?? 0),
      }));
      await warehouse.waitForIngest('inference.requests', ends);
      await look(model, missing, found);
      return found;
    },
  };
}

function placeOf(request: {
  readonly requestId: string;
  readonly partition: number;
  readonly offset: number;
}): string {
  return `${request.partition}/${request.offset}/${request.requestId}`;
}

/** How far ClickHouse must have read to know the requests of these answers. */
function endsOf(answers: Iterable<ServedAnswer>): { partition: number; offset: number }[] {
  const ends = new Map<number, number>();
  for (const { requestPartition, requestOffset } of answers)
    ends.set(requestPartition, Math.max(ends.get(requestPartition) ?? 0, requestOffset + 1));
  return [...ends].map(([partition, offset]) => ({ partition, offset }));
}
