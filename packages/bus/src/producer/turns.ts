import type { TopicName } from '@driftloop/schemas';

/**
 * Sends of a topic wait for each other until they are queued, so that they keep the order of the
 * calls.
 */
export interface Turns {
  /**
   * @param prepare called once the sends of the topic before are queued
   * @param queue queues what was prepared; resolves when it is acknowledged
   */
  take<P>(topic: TopicName, prepare: () => Promise<P>, queue: (prepared: P) => Promise<void>): Promise<void>;
  /** Resolves when every send has ended, however it did. */
  settled(): Promise<void>;
}

export function createTurns(): Turns {
  const turns = new Map<TopicName, Promise<unknown>>();
  const active = new Set<Promise<void>>();

  const inTurn = async <P>(
    topic: TopicName,
    prepare: () => Promise<P>,
    queue: (prepared: P) => Promise<void>,
  ): Promise<void> => {
    const before = turns.get(topic);
    let delivery: Promise<void> = Promise.resolve();
    const turn = (async () => {
      await before;
      const prepared = await prepare();
      // Not awaited here: the next send may follow as soon as these records are queued.
      delivery = queue(prepared);
      delivery.catch(() => undefined);
    })();
    turns.set(
      topic,
      turn.catch(() => undefined),
    );
    await turn;
    await delivery;
  };

  return {
    async take(topic, prepare, queue) {
      const sending = inTurn(topic, prepare, queue);
      active.add(sending);
      try {
        await sending;
      } finally {
        active.delete(sending);
      }
    },
    async settled() {
      await Promise.allSettled(active);
    },
  };
}
