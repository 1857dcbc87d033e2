import type { BusRecord } from '@driftloop/bus';
import type { PredictionRow } from '@driftloop/warehouse';
import type { LabelJoin } from './label-join.ts';

/** Joins all labels that a partition delivers at once. */
export interface BatchJoin {
  /** Finds the answers of a batch, before it is cut into chunks. */
  prepare(partition: number, records: readonly BusRecord<'inference.labels'>[]): Promise<void>;
  /** The join as the chunks of a partition see it. */
  of(partition: number): LabelJoin;
}

/**
 * Waits for ClickHouse once per batch of labels and not once per chunk of them: a wait takes about as long for a thousand labels as for
 * one, and a stream with small chunks would fall ever further behind. What a label is joined to is the same.
 */
export function createBatchJoin(join: LabelJoin): BatchJoin {
  const found = new Map<number, Map<string, ReadonlyMap<string, PredictionRow>>>();
  return {
    async prepare(partition, records) {
      const byModel = new Map<string, ReadonlyMap<string, PredictionRow>>();
      found.set(partition, byModel);
      for (const [model, group] of Map.groupBy(records, ({ value }) => value.model)) {
        const requestIds = group.map(({ value }) => value.requestId);
        byModel.set(model, await join.answersFor(model, requestIds));
      }
    },
    of: (partition) => ({
      async answersFor(model, requestIds) {
        return found.get(partition)?.get(model) ?? join.answersFor(model, requestIds);
      },
    }),
  };
}
