import type { Bus, Follower } from '@driftloop/bus';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { type Clock, type Logger, systemClock } from '@driftloop/service';
import { createFoldedModels, type FoldedModels } from './folded-models.ts';
import { createWaiters } from './waiters.ts';

/** model.specs and model.events, followed and folded. */
export interface ModelLog extends Pick<FoldedModels, 'models' | 'model' | 'state' | 'onChange'> {
  /** Resolves once everything has been folded that was in the topics when it was called. */
  sync(): Promise<void>;
  /** The same of the events alone; costs little where they are known. */
  catchUp(): Promise<void>;
  /** Resolves once this event has been folded. Call it before the event is sent. */
  folded(event: ModelEvent): Promise<void>;
  /** Resolves once this spec has been folded. Call it before the spec is sent. */
  seen(spec: ModelSpec): Promise<void>;
  /** Whether both topics are being read, and if not, why. */
  health(): { readonly ok: boolean; readonly reason?: string };
  close(): Promise<void>;
}

/** How long a record may take to come, milliseconds. */
const PATIENCE_MS = 30_000;

/** Follows both topics from their start; resolves once all that is in them has been folded. */
export async function followModels(
  bus: Pick<Bus, 'follow' | 'tail' | 'offsets'>,
  logger?: Logger,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<ModelLog> {
  const folded = createFoldedModels(logger);
  const waiters = createWaiters(clock);
  /** One past the newest offset that has been folded. */
  const position = { 'model.specs': 0, 'model.events': 0 };

  const followers: Follower[] = [];
  const close = async () => {
    for (const follower of followers.splice(0)) await follower.close();
  };
  try {
    // Specs first: an event about a model without a spec would be told to nobody.
    followers.push(
      await bus.follow('model.specs', (records) => {
        for (const { value, offset } of records) {
          position['model.specs'] = offset + 1;
          folded.foldSpec(value);
          waiters.wake({ topic: 'model.specs', value });
        }
      }),
    );
    followers.push(
      await bus.follow('model.events', (records) => {
        for (const { value, offset, timestamp } of records) {
          position['model.events'] = offset + 1;
          folded.foldEvent(value, timestamp);
          waiters.wake({ topic: 'model.events', value });
        }
      }),
    );
  } catch (error) {
    await close();
    throw error;
  }

  const sync = async (topics: readonly ('model.specs' | 'model.events')[]) => {
    for (const topic of topics) {
      // The last record that can be read: those that cannot never come.
      const [last] = await bus.tail(topic, 0, 1);
      if (!last) continue;
      await waiters.wait(`The end of ${topic}`, PATIENCE_MS, () => position[topic] > last.offset);
    }
  };
  return {
    models: folded.models,
    model: folded.model,
    state: folded.state,
    onChange: folded.onChange,
    sync: () => sync(['model.specs', 'model.events']),
    async catchUp() {
      const [end] = await bus.offsets('model.events');
      if ((end?.high ?? 0) > position['model.events']) await sync(['model.events']);
    },
    folded(event) {
      const what = `The event '${event.kind}' of version ${event.version} of model '${event.model}'`;
      return waiters.wait(
        what,
        PATIENCE_MS,
        (record) => record?.topic === 'model.events' && isSameEvent(record.value, event),
      );
    },
    seen(spec) {
      return waiters.wait(
        `The spec of model '${spec.model}'`,
        PATIENCE_MS,
        (record) =>
          record?.topic === 'model.specs' &&
          record.value.model === spec.model &&
          record.value.updatedAt === spec.updatedAt,
      );
    },
    health: () => followers.map((follower) => follower.health()).find(({ ok }) => !ok) ?? { ok: true },
    close,
  };
}

function isSameEvent(a: ModelEvent, b: ModelEvent): boolean {
  return (
    a.model === b.model &&
    a.version === b.version &&
    a.kind === b.kind &&
    a.at === b.at &&
    a.actor === b.actor &&
    a.sha256 === b.sha256
  );
}
