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
  const found = new Map<string, ReadonlyMap<string, ServedAnswer>>();
  const asked = new Map<string, ReadonlyMap<string, RequestColumns>>();
  let refused: RefusedAt[] = [];
  return {
    async prepare(records) {
      found.clear();
      asked.clear();
      for (const [model, group] of Map.groupBy(records, ({ value }) => value.model)) {
        const context = contexts.of(model);
        // Labels of models that nobody knows are refused without being looked for.
        if (!context) continue;
        // Nor are those whose ids no request can have.
        const labels = group
          .map(({ value, timestamp }) => ({ requestId: value.requestId, timestamp }))
          .filter(({ requestId }) => isRequestId(requestId));
        const answers = await join.answersFor(model, labels);
        await context.load(new Set([...answers.values()].map(({ version }) => version)));
        for (const { requestId, timestamp } of labels) {
          const { requestTime = 0 } = answers.get(requestId) ?? {};
          // Answers of older releases do not say when their request came.
          if (requestTime > 0)
            meters.labelLagSeconds.observe({ model }, Math.max(0, timestamp - requestTime) / 1_000);
        }
        found.set(model, answers);
        if (rowsBudgetOf(context.spec.drift) !== undefined)
          asked.set(model, await requestJoin.requestsOf(model, answers.values()));
      }
    },
    createRows(position) {
      const rows = createLabelRows(position, contexts);
      return {
        sketches: rows.sketches,
        add(record) {
          const { model, requestId } = record.value;
          const answer = found.get(model)?.get(requestId);
          const refusal = rows.add(record, answer, asked.get(model)?.get(requestId));
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
