import type { Bus } from '@driftloop/bus';
import { SERVING_GROUP } from '@driftloop/schemas';
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

/** One look serves all partitions that ask at about the same time. */
const FRESH_MS = 500;

/**
 * Asks Kafka how far requests, the inference service and its answers have come, in this order: each
 * look sees at least what the one before allows.
 */
export function createAnswered(bus: Pick<Bus, 'offsets' | 'groupOffsets' | 'tail'>, clock: Clock): Answered {
  /** What was behind at the last look, by partition: where the group stood. */
  const behind = new Map<number, number>();
  let seen: Promise<Seen> | undefined;
  let seenAt = Number.NEGATIVE_INFINITY;

  const look = async (): Promise<Seen> => {
    const at = clock.now();
    const requests = await bus.offsets('inference.requests');
    const passed = await bus.groupOffsets(SERVING_GROUP, 'inference.requests');
    const answers = await bus.offsets('inference.predictions');
    const isAnswered = await Promise.all(
      requests.map(async ({ partition, low, high }): Promise<[number, boolean]> => {
        const offset = Math.max(low, passed.find((entry) => entry.partition === partition)?.offset ?? -1);
        if (offset >= high) return [partition, true];
        const stoodStill = behind.get(partition) === offset;
        behind.set(partition, offset);
        // What stands still may stand before a transaction's marker, which is no request.
        const [last] = stoodStill ? await bus.tail('inference.requests', partition, 1) : [];
        return [partition, last !== undefined && last.offset < offset];
      }),
    );
    return {
      at,
      isAnswered: new Map(isAnswered),
      ends: new Map(answers.map(({ partition, high }) => [partition, high])),
    };
  };
  return {
    async upTo(partition, position) {
      const now = clock.monotonicMs();
      if (!seen || now - seenAt > FRESH_MS) {
        seenAt = now;
        seen = look();
        seen.catch(() => undefined);
      }
      const { at, isAnswered, ends } = await seen;
      const end = ends.get(partition);
      return isAnswered.get(partition) && end !== undefined && position >= end ? at : undefined;
    },
  };
}
