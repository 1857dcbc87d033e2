import { DriftloopError } from '@driftloop/errors';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import type { LiveSince } from '@driftloop/spec';
import { foldModelEvents, initialModelState, type ModelState } from './model-state.ts';
import { validateSpec } from './spec.ts';

/** A model with its newest spec and what its events add up to. */
export interface ModelEntry {
  readonly spec: ModelSpec;
  readonly state: ModelState;
  /**
   * Which version was live from which Kafka timestamp of model.events on, 0 for none; oldest first.
   */
  readonly lived: readonly LiveSince[];
}

/**
 * Called after a model's spec or state has changed; the event is absent where the spec has. Must
 * not throw.
 */
export type ModelListener = (entry: ModelEntry, event: ModelEvent | undefined) => void;

/** What the records of model.specs and model.events add up to. */
export interface FoldedModels {
  models(): ModelEntry[];
  model(name: string): ModelEntry | undefined;
  /** State of a model, also of one whose spec has not come yet. */
  state(name: string): ModelState;
  onChange(listener: ModelListener): () => void;
  foldSpec(spec: ModelSpec): void;
  /** @param timestamp of the record, as Kafka has it */
  foldEvent(event: ModelEvent, timestamp: number): void;
}

export function createFoldedModels(logger: Logger | undefined): FoldedModels {
  const specs = new Map<string, ModelSpec>();
  const states = new Map<string, ModelState>();
  const lives = new Map<string, readonly LiveSince[]>();
  const listeners = new Set<ModelListener>();

  const state = (name: string) => states.get(name) ?? initialModelState(name);
  const model = (name: string): ModelEntry | undefined => {
    const spec = specs.get(name);
    return spec && { spec, state: state(name), lived: lives.get(name) ?? [] };
  };
  const announce = (name: string, event?: ModelEvent) => {
    const entry = model(name);
    if (entry) for (const listener of listeners) listener(entry, event);
  };

  return {
    models: () => [...specs.keys()].flatMap((name) => model(name) ?? []),
    model,
    state,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    foldSpec(given) {
      const spec = validOrUndefined(given, logger);
      if (!spec) return;
      specs.set(spec.model, spec);
      announce(spec.model);
    },
    foldEvent(event, timestamp) {
      const before = states.get(event.model);
      const after = foldModelEvents(before, event);
      states.set(event.model, after);
      const live = after.live ?? 0;
      const lived = lives.get(event.model) ?? [];
      if (live !== (lived.at(-1)?.version ?? 0))
        lives.set(event.model, [...lived, { version: live, since: timestamp }]);
      if (after !== before) announce(event.model, event);
    },
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
