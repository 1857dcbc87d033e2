import type { ConsumerHealth } from '@driftloop/bus';

/**
 * Least time between two fetches of a stage, ms. Windows last far longer; and a batch costs a
 * broker, a stage and whoever reads what it writes about the same whether it holds ten records or a
 * hundred.
 */
export const PACE_MS = 100;

/** A running reader that writes what it makes. */
export interface Stage {
  /** Records on Kafka that have not been taken in yet, over the assigned partitions. */
  lag(): number;
  health(): ConsumerHealth;
  /** Finishes what is in hand and leaves the group. */
  stop(): Promise<void>;
}
