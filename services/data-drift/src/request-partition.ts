import { createRequestRows, createSampleRanks, rankOf } from '@driftloop/drift';
import type { ModelContexts, PartitionRows } from '@driftloop/drift-stages';

/** The requests of a partition, each held against the version that was live when it came. */
export function openRequestPartition(contexts: ModelContexts): PartitionRows<'inference.requests'> {
  const ranks = createSampleRanks();
  return {
    lookBack: (record) => rankOf(ranks, record, contexts),
    async prepare(records) {
      // Not spread: a batch may have more records than a call may have arguments.
      let oldest = Number.POSITIVE_INFINITY;
      let newest = Number.NEGATIVE_INFINITY;
      for (const { timestamp } of records) {
        oldest = Math.min(oldest, timestamp);
        newest = Math.max(newest, timestamp);
      }
      await contexts.sync(newest);
      for (const model of new Set(records.map(({ value }) => value.model))) {
        const context = contexts.of(model);
        await context?.load(context.livedFrom(oldest));
      }
    },
    createRows: (position) => createRequestRows(position, contexts, ranks),
  };
}
