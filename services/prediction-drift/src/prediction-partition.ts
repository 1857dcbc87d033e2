import { createPredictionRows } from '@driftloop/drift';
import type { ModelContexts, PartitionRows } from '@driftloop/drift-stages';
import { createAnswerOrder } from '@driftloop/spec';

/** The answers of a partition, each held against the version that gave it. */
export function openPredictionPartition(contexts: ModelContexts): PartitionRows<'inference.predictions'> {
  const order = createAnswerOrder();
  return {
    lookBack: ({ value }) => order.takeNew(value),
    async prepare(records) {
      for (const [model, group] of Map.groupBy(records, ({ value }) => value.model))
        await contexts.of(model)?.load(new Set(group.map(({ value }) => value.version)));
    },
    createRows: (position) => createPredictionRows(position, contexts, order),
  };
}
