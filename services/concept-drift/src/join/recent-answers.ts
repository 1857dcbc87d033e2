import type { Bus } from '@driftloop/bus';
import type { InferencePrediction } from '@driftloop/schemas';
import type { PredictionRow } from '@driftloop/warehouse';

/** Least time between two fetches: labels are rarely that close behind. */
const PACE_MS = 50;

type Rivals = PredictionRow['rivals'];

/** The newest answers that were served. */
export interface RecentAnswers {
  /** The first answer to a request, live or canary, and those in shadow before it; undefined when it is not among the newest. */
  find(model: string, requestId: string): PredictionRow | undefined;
  /** Takes note of answers, in the order in which they came. */
  add(answers: Iterable<InferencePrediction>): void;
}

/** Keeps the newest answers in memory. @param most how many; the oldest go */
export function createRecentAnswers(most: number): RecentAnswers {
  const rows = new Map<string, PredictionRow>();
  /** Of requests that no answer has been served to yet: answers in shadow come first. */
  const rivals = new Map<string, Rivals>();
  return {
    find: (model, requestId) => rows.get(keyOf(model, requestId)),
    add(answers) {
      for (const answer of answers) {
        const { model, requestId, version, predicted, role } = answer;
        const key = keyOf(model, requestId);
        if (rows.has(key)) continue;
        const others = rivals.get(key) ?? [];
        if (role === 'shadow') {
          if (others.some((rival) => rival.version === version)) continue;
          rivals.set(key, [...others, { version, predicted }]);
          limit(rivals, most);
        } else {
          rivals.delete(key);
          rows.set(key, rowOf({ ...answer, role }, others));
          limit(rows, most);
        }
      }
    },
  };
}

function limit(entries: Map<string, unknown>, most: number): void {
  if (entries.size <= most) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}

/** Keeps the newest answers as they come from Kafka. Those from before the call are not among them. */
export async function followRecentAnswers(
  bus: Pick<Bus, 'follow'>,
  most: number,
  onCrash: (error: unknown) => void,
): Promise<RecentAnswers & { close(): Promise<void> }> {
  const recent = createRecentAnswers(most);
  if (most === 0) return { ...recent, close: async () => undefined };
  /** The first request of each partition: what was answered to it in shadow may have come before the call. */
  const first = new Map<number, number>();
  const isFirst = ({ requestPartition, requestOffset }: InferencePrediction) => {
    if (!first.has(requestPartition)) first.set(requestPartition, requestOffset);
    return first.get(requestPartition) === requestOffset;
  };
  const follower = await bus.follow(
    'inference.predictions',
    (records) => recent.add(records.map(({ value }) => value).filter((answer) => !isFirst(answer))),
    { fromBeginning: false, paceMs: PACE_MS, onCrash },
  );
  return { ...recent, close: () => follower.close() };
}

/** Ids are free text: the length keeps model and id apart. */
function keyOf(model: string, requestId: string): string {
  return `${model.length}/${model}/${requestId}`;
}

function rowOf(answer: InferencePrediction & Pick<PredictionRow, 'role'>, rivals: Rivals): PredictionRow {
  const { requestId, version, role, eventTime, predicted, requestPartition, requestOffset } = answer;
  // A copy: the record's own array would keep all that was fetched with it.
  const outputs = answer.outputs.slice();
  return { requestId, version, role, eventTime, predicted, outputs, requestPartition, requestOffset, rivals };
}
