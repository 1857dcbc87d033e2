import type { Bus, Follower } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { type Clock, type Logger, systemClock } from '@driftloop/service';
import type { LiveSince } from '@driftloop/spec';
import { foldModelEvents, initialModelState, type ModelState } from './model-state.ts';
import { validateSpec } from './spec.ts';
import { createWaiters } from './waiters.ts';

/** A model with its newest spec and what its events add up to. */
export interface ModelEntry {
  readonly spec: ModelSpec;
  readonly state: ModelState;
  /** Which version was live from which Kafka timestamp of model.events on, 0 for none; oldest first. */
  readonly lived: readonly LiveSince[];
}

/** Called after a model's spec or state has changed; the event is absent where the spec has. Must not throw. */
export type ModelListener = (entry: ModelEntry, event: ModelEvent | undefined) => void;

/** model.specs and model.events, followed and folded. */
export interface ModelLog {
  models(): ModelEntry[];
  model(name: string): ModelEntry | undefined;
  /** State of a model, also of one whose spec has not come yet. */
  state(name: string): ModelState;
  onChange(listener: ModelListener): () => void;
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
  bus: Bus,
  logger?: Logger,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<ModelLog> {
  const specs = new Map<string, ModelSpec>();
  const states = new Map<string, ModelState>();
  const lives = new Map<string, readonly LiveSince[]>();
  const listeners = new Set<ModelListener>();
  const waiters = createWaiters(clock);
  /** One past the newest offset that has been folded. */
  const position = { 'model.specs': 0, 'model.events': 0 };

  const state = (name: string) => states.get(name) ?? initialModelState(name);
  const model = (name: string): ModelEntry | undefined => {
    const spec = specs.get(name);
    return spec && { spec, state: state(name), lived: lives.get(name) ?? [] };
  };
  const announce = (name: string, event?: ModelEvent) => {
    const entry = model(name);
    if (entry) for (const listener of listeners) listener(entry, event);
  };

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
          const spec = validOrUndefined(value, logger);
          if (spec) {
            specs.set(spec.model, spec);
            announce(spec.model);
          }
          waiters.wake({ topic: 'model.specs', value });
        }
      }),
    );
    followers.push(
      await bus.follow('model.events', (records) => {
        for (const { value, offset, timestamp } of records) {
          const before = states.get(value.model);
          const after = foldModelEvents(before, value);
          states.set(value.model, after);
          const live = after.live ?? 0;
          const lived = lives.get(value.model) ?? [];
          if (live !== (lived.at(-1)?.version ?? 0))
            lives.set(value.model, [...lived, { version: live, since: timestamp }]);
          position['model.events'] = offset + 1;
          if (after !== before) announce(value.model, value);
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
    models: () => [...specs.keys()].flatMap((name) => model(name) ?? []),
    model,
    state,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
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

/** Anyone may write to the topic: a spec that is not valid must not replace one that is. */
function validOrUndefined(spec: ModelSpec, logger: Logger | undefined): ModelSpec | undefined {
  try {
    return validateSpec(spec);
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    logger?.error(
      { model: spec.model, code: error.code },
      `a spec on model.specs is ignored: ${error.message}`,
    );
    return undefined;
  }
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
