import type { ConsumerHealth } from '@driftloop/bus';

/** A running reader that writes what it makes. */
export interface Stage {
  /** Records on Kafka that have not been taken in yet, over the assigned partitions. */
  lag(): number;
  health(): ConsumerHealth;
  /** Finishes what is in hand and leaves the group. */
  stop(): Promise<void>;
}
