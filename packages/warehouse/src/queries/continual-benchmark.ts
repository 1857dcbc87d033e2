import type { Warehouse } from '../warehouse.ts';

/** What a strategy learnt and forgot in a scenario of the benchmark: means over its seeds. */
export interface StrategyFigures {
  readonly scenario: string;
  /** What the scenario is, in words; empty where it was measured before it was written down. */
  readonly title: string;
  readonly strategy: string;
  /** Epoch ms. */
  readonly measuredAt: number;
  readonly seeds: number;
  /** Over all tasks after the last, a share. */
  readonly accuracy: number;
  /** Standard deviation over the seeds. */
  readonly accuracySpread: number;
  readonly forgetting: number;
  readonly backwardTransfer: number;
  readonly forwardTransfer: number;
  /** null where rows come in no blocks. */
  readonly prequential: number | null;
  /** null where accuracy never dipped. */
  readonly recoveryRows: number | null;
  readonly memoryBytes: number;
  readonly seconds: number;
  /** Another implementation that the same was measured of; empty for none. */
  readonly peer: string;
  readonly peerAccuracy: number | null;
  /** Accuracy over the tasks learnt so far, after each of them. */
  readonly curve: readonly number[];
  /** Accuracy of each block after the first before it was learnt; empty without blocks. */
  readonly blocks: readonly number[];
  readonly blockRows: number;
}

/**
 * The newest figures of each strategy in each scenario of `pnpm bench continual`, by scenario and
 * strategy.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export function continualBenchmark({
  query,
  database,
}: Pick<Warehouse, 'query' | 'database'>): Promise<StrategyFigures[]> {
  return query<StrategyFigures>(
    `SELECT scenario, title, strategy, toUnixTimestamp64Milli(measured_at) AS measuredAt, seeds, accuracy,
       accuracy_spread AS accuracySpread, forgetting, backward_transfer AS backwardTransfer,
       forward_transfer AS forwardTransfer, prequential, recovery_rows AS recoveryRows,
       memory_bytes AS memoryBytes, seconds, peer, peer_accuracy AS peerAccuracy, curve, blocks,
       block_rows AS blockRows
     FROM ${database}.continual_benchmark
     ORDER BY scenario, strategy, measured_at DESC LIMIT 1 BY scenario, strategy`,
  );
}
