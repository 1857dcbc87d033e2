import type { Bus } from '@driftloop/bus';
import type { InferencePrediction } from '@driftloop/schemas';
import type { PredictionRow } from '@driftloop/warehouse';

/** Least time between two fetches: labels are rarely that close behind. */
const PACE_MS = 50;

/** The newest answers that were served. */
export interface RecentAnswers {
  /** The first answer to a request, live or canary; undefined when it is not among the newest. */
  find(model: string, requestId: string): PredictionRow | undefined;
  /** Takes note of answers, in the order in which they came. Shadow answers are left out: labels are not about them. */
  add(answers: Iterable<InferencePrediction>): void;
}

/** Keeps the newest answers in memory. @param most how many; the oldest go */
export function createRecentAnswers(most: number): RecentAnswers {
  const rows = new Map<string, PredictionRow>();
  return {
    find: (model, requestId) => rows.get(keyOf(model, requestId)),
    add(answers) {
      for (const answer of answers) {
        const { model, requestId, role } = answer;
        const key = keyOf(model, requestId);
        if (role === 'shadow' || rows.has(key)) continue;
        rows.set(key, rowOf({ ...answer, role }));
        if (rows.size <= most) continue;
        for (const oldest of rows.keys()) {
          rows.delete(oldest);
          break;
        }
      }
    },
  };
}

/** Keeps the newest answers as they come from Kafka. Those from before the call are not among them. */
export async function followRecentAnswers(
  bus: Bus,
  most: number,
  onCrash: (error: unknown) => void,
): Promise<RecentAnswers & { close(): Promise<void> }> {
  const recent = createRecentAnswers(most);
  if (most === 0) return { ...recent, close: async () => undefined };
  const follower = await bus.follow(
    'inference.predictions',
    (records) => recent.add(records.map(({ value }) => value)),
    { fromBeginning: false, paceMs: PACE_MS, onCrash },
  );
  return { ...recent, close: () => follower.close() };
}

/** Ids are free text: the length keeps model and id apart. */
function keyOf(model: string, requestId: string): string {
  return `${model.length}/${model}/${requestId}`;
}

function rowOf(answer: InferencePrediction & Pick<PredictionRow, 'role'>): PredictionRow {
  const { requestId, version, role, eventTime, predicted, requestPartition, requestOffset } = answer;
  // A copy: the record's own array would keep all that was fetched with it.
  const outputs = answer.outputs.slice();
  return { requestId, version, role, eventTime, predicted, outputs, requestPartition, requestOffset };
}
