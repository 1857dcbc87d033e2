import type { Bus } from '@driftloop/bus';
import { createServingProgress, shareLook } from '@driftloop/drift-stages';
import type { Clock } from '@driftloop/service';

/** Whether all requests have been answered that had come. */
export interface Answered {
  /**
   * The wall clock (epoch ms) as of which every request of a partition had its answer, and that
   * answer lies before `position`; undefined while some may still be on their way through the
   * inference service.
   */
  upTo(partition: number, position: number): Promise<number | undefined>;
}

interface Seen {
  readonly at: number;
  /** By partition. */
  readonly isAnswered: ReadonlyMap<number, boolean>;
  readonly ends: ReadonlyMap<number, number>;
}

/** How long a look serves all partitions. */
const FRESH_MS = 500;

/**
 * Asks Kafka how far requests, the inference service and its answers have come, in this order: each
 * look sees at least what the one before allows.
 */
export function createAnswered(bus: Pick<Bus, 'offsets' | 'groupOffsets' | 'tail'>, clock: Clock): Answered {
  const progress = createServingProgress(bus);
  const look = shareLook(
    async (): Promise<Seen> => {
      const at = clock.now();
      const requests = await progress.look();
      const answers = await bus.offsets('inference.predictions');
      return {
        at,
        isAnswered: new Map(
          [...requests].map(([partition, { passed, high }]) => [partition, passed >= high]),
        ),
        ends: new Map(answers.map(({ partition, high }) => [partition, high])),
      };
    },
    FRESH_MS,
    clock,
  );
  return {
    async upTo(partition, position) {
      const { at, isAnswered, ends } = await look();
      const end = ends.get(partition);
      return isAnswered.get(partition) && end !== undefined && position >= end ? at : undefined;
    },
  };
}
