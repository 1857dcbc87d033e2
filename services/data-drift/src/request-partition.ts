import { createRequestRows, createSampleRanks, rankOf } from '@driftloop/drift';
import type { ModelContexts, PartitionRows } from '@driftloop/drift-stages';

/** The requests of a partition, each held against the version that was live when it came. */
export function openRequestPartition(contexts: ModelContexts): PartitionRows<'inference.requests'> {
  const ranks = createSampleRanks();
  return {
    lookBack: (record) => rankOf(ranks, record, contexts),
    async prepare(records) {
      const times = records.map(({ timestamp }) => timestamp);
      await contexts.sync(Math.max(...times));
      const oldest = Math.min(...times);
      for (const model of new Set(records.map(({ value }) => value.model))) {
        const context = contexts.of(model);
        await context?.load(context.livedFrom(oldest));
      }
    },
    createRows: (position) => createRequestRows(position, contexts, ranks),
  };
}
