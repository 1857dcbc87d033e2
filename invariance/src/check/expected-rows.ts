import type { ModelSpec, Signal } from '@driftloop/schemas';
import { mostAheadMs } from '@driftloop/spec';
import type { InputLog } from '../live/input-log.ts';

/** A row that a signal should have seen. */
export interface ExpectedRow {
  readonly partition: number;
  readonly eventTime: number;
  /** Whether it must be in its window; what is late or ahead by the log may be in it or not. */
  readonly isDue: boolean;
}

/** Model → signal → the rows that the log has for it, by partition in the order of the log. */
export type ExpectedRows = ReadonlyMap<string, Readonly<Record<Signal, readonly ExpectedRow[]>>>;

/**
 * A partition has passed an event time when so many of its last rows say so, more than half: single
 * wrong ones do not.
 */
const FRONTIER_ROWS = 5;

/** A request, and what its row is. */
interface Asked {
  readonly timestamp: number;
  readonly eventTime: number;
  readonly isAhead: boolean;
}

/**
 * The rows of every signal, by nothing but the log and the specs: all requests, their answers, and
 * for each request the first label that is about it.
 */
export function expectedRows(log: InputLog): ExpectedRows {
  const requests = new Map<string, Asked[]>();
  const byRecord = new Map<object, Asked>();
  const specs = new Map(log.specs.map((spec) => [spec.model, spec]));
  for (const { topic, value, timestamp } of log.records) {
    const spec = specs.get(value.model);
    if (topic !== 'inference.requests' || !spec) continue;
    const isAhead = value.eventTime > timestamp + mostAheadMs(spec.window);
    const asked = { timestamp, eventTime: value.eventTime, isAhead };
    byRecord.set(value, asked);
    requests.set(keyOf(value), [...(requests.get(keyOf(value)) ?? []), asked]);
  }
  return new Map(
    log.specs.map((spec) => {
      const answered = createSignalRows(spec);
      const labelled = createSignalRows(spec);
      const seen = new Set<Asked>();
      for (const { value, partition, timestamp } of log.records) {
        if (value.model !== spec.model) continue;
        const own = byRecord.get(value);
        if (own) {
          answered.add(partition, own.eventTime, own.isAhead);
          continue;
        }
        const request = askedBy(requests.get(keyOf(value)) ?? [], timestamp);
        if (!request || seen.has(request)) continue;
        seen.add(request);
        labelled.add(partition, request.eventTime, request.isAhead);
      }
      return [spec.model, { data: answered.rows, prediction: answered.rows, concept: labelled.rows }];
    }),
  );
}

/** Of the requests of an id the newest that had come when the label did, or the first. */
function askedBy(requests: readonly Asked[], labelTime: number): Asked | undefined {
  const inOrder = requests.toSorted((a, b) => a.timestamp - b.timestamp);
  return inOrder.findLast(({ timestamp }) => timestamp <= labelTime) ?? inOrder[0];
}

/** Rows of one signal as they come; each is late or not by what its partition has had before. */
function createSignalRows({ window }: ModelSpec) {
  const rows: ExpectedRow[] = [];
  const partitions = new Map<number, { frontier: number; last: number[] }>();
  return {
    rows,
    add(partition: number, eventTime: number, isAhead: boolean): void {
      const seen = partitions.get(partition) ?? { frontier: Number.NEGATIVE_INFINITY, last: [] };
      partitions.set(partition, seen);
      const windowEnd = (Math.floor(eventTime / window.lengthMs) + 1) * window.lengthMs;
      const isLate = windowEnd <= seen.frontier - window.allowedLatenessMs;
      rows.push({ partition, eventTime, isDue: !isLate && !isAhead });
      seen.last = [...seen.last, eventTime].slice(-FRONTIER_ROWS);
      if (seen.last.length < FRONTIER_ROWS) return;
      const median =
        [...seen.last].sort((a, b) => a - b)[(FRONTIER_ROWS - 1) / 2] ?? Number.NEGATIVE_INFINITY;
      seen.frontier = Math.max(seen.frontier, median);
    },
  };
}

function keyOf({ model, requestId }: { readonly model: string; readonly requestId: string }): string {
  return `${model}/${requestId}`;
}
