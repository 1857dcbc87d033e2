import {
  type ModelContext,
  type Models,
  parseReferenceProfile,
  type ReferenceProfile,
} from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import { losesProfile, type Registry } from '@driftloop/registry';
import { type Clock, type Logger, systemClock } from '@driftloop/service';
import { isModelName, liveAt } from '@driftloop/spec';

/** A model's context whose profiles can be loaded ahead of their synchronous use. */
export interface LoadedContext extends ModelContext {
  /** Versions that were live at a log time or later. */
  livedFrom(logTime: number): number[];
  /**
   * Loads the profiles of these versions; versions that are loaded cost nothing. One whose artifact
   * is gone or damaged is lost until that is repaired: its rows are not tested, and it holds up no
   * other version or model.
   */
  load(versions: Iterable<number>): Promise<void>;
}

/** The contexts of all models that the registry knows. */
export interface ModelContexts extends Models {
  /** @returns undefined for a model without a spec */
  of(model: string): LoadedContext | undefined;
  /**
   * Knows those of these models that had been registered when it was called: whoever asks or
   * answers may be ahead of this follower. Costs nothing where all are known, and one look at the
   * registry for all names that are not.
   */
  meet(models: Iterable<string>): Promise<void>;
  /** Knows every version that had gone live by a log time, epoch ms. */
  sync(logTime: number): Promise<void>;
  /** Names of all models that have a spec. */
  models(): string[];
}

/** How long a lost profile is not looked for again. */
const LOOK_AGAIN_MS = 30_000;

/** The contexts of a service, which tells its log of each version that is lost. */
export function openModelContexts(registry: Registry, logger: Logger, clock: Clock): ModelContexts {
  return createModelContexts(
    registry,
    (model, version, { code, message }) =>
      logger.error(
        { model, version, code },
        `no drift signals of version ${version} of '${model}': ${message}`,
      ),
    clock,
  );
}

/**
 * Puts the registry behind the synchronous context that the pure packages take: a shell loads the
 * profiles that a batch needs, then hands the batch over.
 *
 * @param onLost told of each version whose profile cannot be had, each time it was looked for
 */
export function createModelContexts(
  registry: Registry,
  onLost: (model: string, version: number, error: DriftloopError) => void = () => {},
  clock: Pick<Clock, 'monotonicMs' | 'now'> = systemClock,
): ModelContexts {
  const profiles = new Map<string, ReferenceProfile>();
  /** Lost profiles, and when they are looked for again. */
  const lost = new Map<string, number>();
  const keyOf = (model: string, version: number) => `${version}/${model}`;

  const read = async (model: string, version: number): Promise<ReferenceProfile> => {
    // Who answered with a version may be ahead of this follower.
    if (!registry.model(model)?.state.versions.has(version)) await registry.sync();
    return parseReferenceProfile(await registry.profile(model, version));
  };
  const load = async (model: string, versions: Iterable<number>) => {
    for (const version of versions) {
      const key = keyOf(model, version);
      if (version < 1 || profiles.has(key) || clock.monotonicMs() < (lost.get(key) ?? 0)) continue;
      try {
        profiles.set(key, await read(model, version));
        lost.delete(key);
      } catch (error) {
        if (!losesProfile(error)) throw error;
        lost.set(key, clock.monotonicMs() + LOOK_AGAIN_MS);
        onLost(model, version, error);
      }
    }
  };
  /** Wall clock as of which all events are known, and the look that is under way. */
  let knownUpTo = Number.NEGATIVE_INFINITY;
  let looking: { readonly from: number; readonly done: Promise<void> } | undefined;
  const look = () => {
    const from = clock.now();
    const done = registry.catchUp().then(() => {
      knownUpTo = Math.max(knownUpTo, from);
    });
    const mine = {
      from,
      done: done.finally(() => {
        if (looking === mine) looking = undefined;
      }),
    };
    looking = mine;
    return mine.done;
  };
  /** Asked for with every record: made once, it sees what the registry knows by then. */
  const contexts = new Map<string, LoadedContext>();
  const contextOf = (model: string): LoadedContext => {
    const entry = () => {
      const known = registry.model(model);
      if (!known) throw new DriftloopError('MODEL_UNKNOWN', `Model '${model}' is not registered any more.`);
      return known;
    };
    return {
      get spec() {
        return entry().spec;
      },
      liveAt: (logTime) => liveAt(entry().lived, logTime),
      livedFrom(logTime) {
        const { lived } = entry();
        const later = lived.filter(({ since }) => since > logTime).map(({ version }) => version);
        return [...new Set([liveAt(lived, logTime), ...later])];
      },
      // Asked for every row.
      isLost: (version) => lost.size > 0 && lost.has(keyOf(model, version)),
      profile(version) {
        const profile = profiles.get(keyOf(model, version));
        if (profile) return profile;
        throw new DriftloopError(
          'VERSION_UNKNOWN',
          `The profile of version ${version} of '${model}' is not loaded.`,
        );
      },
      load: (versions) => load(model, versions),
    };
  };

  const isNew = (model: string) => model !== '' && isModelName(model) && !registry.model(model);

  return {
    async meet(models) {
      // What is still unknown then is asked for again with the next batch: by that time it may be
      // registered.
      if ([...new Set(models)].some(isNew)) await registry.sync();
    },
    async sync(logTime) {
      // A clock that was ahead and has been set right knows nothing of what is still to come.
      if (clock.now() < knownUpTo) knownUpTo = Number.NEGATIVE_INFINITY;
      if (logTime <= knownUpTo) return;
      // What was asked before the records were there may have missed what came between.
      if (looking && logTime <= looking.from) await looking.done;
      else await look();
    },
    models: () => registry.models().map(({ spec }) => spec.model),
    of(model) {
      if (!registry.model(model)) return undefined;
      const context = contexts.get(model) ?? contextOf(model);
      contexts.set(model, context);
      return context;
    },
  };
}
