import { listed, type Refusal } from '@driftloop/errors';
import type { ModelEntry, Registry } from '@driftloop/registry';
import { beginningOf } from '@driftloop/spec';
import { leastRecentlyUsed } from './least-recently-used.ts';
import { createModelServing, type ModelServing, type ServingParts } from './model-serving.ts';
import type { Route } from './route.ts';

/** All models that are served. */
export interface Servings {
  /** Resolves once the live version of every known model is loaded or was tried. */
  start(): Promise<void>;
  /** The route of the next batch, if there is one right now. */
  route(model: string): Route | undefined;
  /**
   * The route, waiting for a version that is being loaded; a refusal where there is none to wait
   * for; undefined when the service is being stopped.
   */
  resolve(model: string): Promise<Route | Refusal | undefined>;
  /**
   * Whether every model that has a live version is answered for, or, where some are, cannot be for
   * now: a damaged artifact of one model takes no other down, but where none can be loaded
   * something is wrong with the service.
   */
  complete(): boolean;
  /** Which models have no version that answers, and why; undefined where `complete`. */
  missing(): string | undefined;
  /** For health: by model, what is live, what answers, what failed. */
  describe(): Record<string, unknown>;
  /** Ends the waits; batches that have their route go on. */
  close(): void;
}

/** What servings are made of. */
export interface ServingsParts extends Omit<ServingParts, 'servesAny' | 'onDemand'> {
  /**
   * Most bytes of files of versions in memory: models are loaded when they are asked for, and the
   * least recently used ones leave.
   * @default without end: all are loaded, and stay
   */
  readonly mostBytes?: number;
}

/** Serves what the registry says, and follows it. */
export function createServings(registry: Registry, given: ServingsParts): Servings {
  const { mostBytes = Number.POSITIVE_INFINITY } = given;
  const used = new Map<string, number>();
  let uses = 0;
  const use = (model: string): ModelServing | undefined => {
    const serving = servings.get(model);
    if (serving) used.set(model, ++uses);
    return serving;
  };
  const makeRoom = () => {
    const inMemory = [...servings].map(([model, serving]) => ({
      model,
      bytes: serving.bytes(),
      usedAt: used.get(model) ?? 0,
    }));
    for (const model of leastRecentlyUsed(inMemory, mostBytes)) servings.get(model)?.fallAsleep();
  };
  const servings = new Map<string, ModelServing>();
  const servesAny = () => [...servings.values()].some((serving) => serving.route());
  const parts: ServingParts = {
    ...given,
    servesAny,
    onDemand: mostBytes < Number.POSITIVE_INFINITY,
    onSwapped(model, ...swap) {
      given.onSwapped(model, ...swap);
      makeRoom();
      for (const [name, serving] of servings) if (name !== model) serving.onStoreBack();
    },
  };
  const update = (entry: ModelEntry): Promise<void> => {
    let serving = servings.get(entry.spec.model);
    if (!serving) {
      serving = createModelServing(entry, parts);
      servings.set(entry.spec.model, serving);
    }
    return serving.update(entry).then(makeRoom).catch(parts.onBug);
  };
  let unfollow = () => {};

  const isAnswered = (serving: ModelServing) =>
    serving.entry().state.live === null || serving.isAsleep() || serving.route() !== undefined;
  const complete = () => {
    const live = [...servings.values()].filter((serving) => serving.entry().state.live !== null);
    const isTried = (serving: ModelServing) => serving.failures().has(serving.entry().state.live ?? -1);
    const some = live.length === 0 || live.some(isAnswered);
    return some && live.every((serving) => isAnswered(serving) || isTried(serving));
  };

  return {
    async start() {
      unfollow = registry.onChange((entry) => void update(entry));
      await Promise.all(registry.models().map(update));
    },
    route: (model) => use(model)?.route(),
    async resolve(model) {
      const known = use(model)?.route();
      if (known) return known;
      // A client may be ahead of this follower: what was registered before the request counts.
      await registry.sync();
      const serving = use(model);
      if (serving) return serving.servable();
      const names = listed([...servings.keys()]) || 'none';
      return {
        code: 'MODEL_UNKNOWN',
        reason: `No model '${beginningOf(model)}' is registered (known: ${names}). Register it, then send the request again.`,
      };
    },
    complete,
    missing() {
      if (complete()) return undefined;
      const waiting = [...servings].filter(([, serving]) => !isAnswered(serving)).map(missingVersion);
      return waiting.length === 0 ? undefined : waiting.join(' ');
    },
    describe: () =>
      Object.fromEntries([...servings].map(([model, serving]) => [model, describeServing(serving)])),
    close() {
      unfollow();
      for (const serving of servings.values()) serving.close();
    },
  };
}

function missingVersion([model, serving]: readonly [string, ModelServing]): string {
  const version = serving.entry().state.live ?? 0;
  const failure = serving.failures().get(version);
  const why = failure === undefined ? 'is being loaded' : `cannot be loaded: ${failure.reason}`;
  return `Version ${version} of '${model}' ${why}`.replace(/[^.]$/, '$&.');
}

function describeServing(serving: ModelServing): Record<string, unknown> {
  const route = serving.route();
  return {
    live: serving.entry().state.live,
    serving: route?.live.version ?? null,
    ...(serving.isAsleep() && { isAsleep: true }),
    canary: route?.canary?.version ?? null,
    shadows: route?.shadows.map(({ version }) => version) ?? [],
    failed: Object.fromEntries(serving.failures()),
  };
}
