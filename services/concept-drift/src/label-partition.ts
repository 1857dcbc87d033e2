import type { RefusedAt } from '@driftloop/bus';
import { createLabelRows, rowsBudgetOf } from '@driftloop/drift';
import type { ModelContexts, PartitionRows } from '@driftloop/drift-stages';
import { isRequestId, type RequestColumns, type ServedAnswer } from '@driftloop/spec';
import type { LabelJoin } from './join/label-join.ts';
import type { RequestJoin } from './join/request-join.ts';
import type { Meters } from './meters.ts';

/**
 * The labels of a partition, each with the answer that it is about. All that are delivered at once
 * are joined at once: a wait takes about as long for a thousand labels as for one.
 */
export function openLabelPartition(
  contexts: ModelContexts,
  join: LabelJoin,
  requestJoin: RequestJoin,
  meters: Meters,
): PartitionRows<'inference.labels'> {
  /** By offset of the label. */
  const found = new Map<number, ServedAnswer>();
  const asked = new Map<ServedAnswer, RequestColumns>();
  let refused: RefusedAt[] = [];
  return {
    async prepare(records, isEnding) {
      found.clear();
      asked.clear();
      for (const [model, group] of Map.groupBy(records, ({ value }) => value.model)) {
        const context = contexts.of(model);
        // Labels of models that nobody knows are refused without being looked for.
        if (!context) continue;
        const labels = group
          // Nor are those whose ids no request can have.
          .filter(({ value }) => isRequestId(value.requestId))
          .map(({ offset, timestamp, value }) => ({ offset, timestamp, requestId: value.requestId }));
        const joined = await join.answersFor(model, labels, isEnding);
        const answers = joined.filter((answer) => answer !== undefined);
        await context.load(new Set(answers.map(({ version }) => version)));
        for (const [i, { offset, timestamp }] of labels.entries()) {
          const answer = joined[i];
          if (!answer) continue;
          found.set(offset, answer);
          // Answers of older releases do not say when their request came.
          if (answer.requestTime > 0)
            meters.labelLagSeconds.observe({ model }, Math.max(0, timestamp - answer.requestTime) / 1_000);
        }
        if (rowsBudgetOf(context.spec.drift) === undefined) continue;
        for (const [answer, request] of await requestJoin.requestsOf(model, answers))
          asked.set(answer, request);
      }
    },
    createRows(position) {
      const rows = createLabelRows(position, contexts);
      return {
        sketches: rows.sketches,
        add(record) {
          const answer = found.get(record.offset);
          const refusal = rows.add(record, answer, answer && asked.get(answer));
          if (refusal) refused.push({ offset: record.offset, ...refusal });
        },
      };
    },
    takeRefused() {
      const taken = refused;
      refused = [];
      return taken;
    },
  };
}
