import type { BusRecord, Follower, FollowOptions } from '@driftloop/bus';
import type { TopicName } from '@driftloop/schemas';
import type { Instance } from '../instance/instance.ts';
import type { Broker } from './broker.ts';

/**
 * Follows a topic in no group, one call of `onRecords` after the other; resolves once what was
 * there at the call has been handed over.
 */
export async function followTopic<T extends TopicName>(
  { broker, instance }: { readonly broker: Broker; readonly instance: Instance },
  topic: T,
  onRecords: (records: BusRecord<T>[]) => void | Promise<void>,
  { fromBeginning = true, paceMs = 0, onCrash }: FollowOptions = {},
): Promise<Follower> {
  const ends = await instance.ask(() =>
    Array.from({ length: broker.partitions(topic) }, (_, partition) => broker.high(topic, partition)),
  );
  const positions = fromBeginning ? ends.map(() => 0) : [...ends];
  let closing = false;
  let isTimed = false;
  let handing = Promise.resolve();
  const caughtUp = Promise.withResolvers<void>();
  const look = () => {
    if (positions.every((position, partition) => position >= (ends[partition] ?? 0))) caughtUp.resolve();
  };

  const hand = async () => {
    for (let partition = 0; partition < broker.partitions(topic); partition++) {
      // One that has been added is read from its start.
      const position = positions[partition] ?? 0;
      const records = broker.records(topic, partition).slice(position);
      if (closing || records.length === 0) continue;
      await onRecords(records);
      positions[partition] = position + records.length;
    }
    look();
  };
  const fetch = () => {
    if (closing || isTimed) return;
    isTimed = true;
    instance.after(instance.latencyMs() + paceMs * instance.random.uniform(), () => {
      isTimed = false;
      instance.answered(() => {
        handing = handing.then(hand).catch((error: unknown) => {
          closing = true;
          caughtUp.reject(error);
          if (onCrash) onCrash(error);
          else throw error;
        });
      });
    });
  };
  const unlisten = broker.listen(topic, fetch);
  instance.onDeath(unlisten);
  look();
  fetch();
  await caughtUp.promise;
  return {
    health: () => ({ ok: !closing, lastAnswerAgeMs: 0 }),
    positions: () => new Map(positions.entries()),
    async close() {
      closing = true;
      unlisten();
      await handing;
    },
  };
}
