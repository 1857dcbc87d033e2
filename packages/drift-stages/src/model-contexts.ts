import { type ModelContext, parseReferenceProfile, type ReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import type { Registry } from '@driftloop/registry';

/** A model's context whose profiles can be loaded ahead of their synchronous use. */
export interface LoadedContext extends ModelContext {
  /** Loads the profiles of these versions; versions that are loaded cost nothing. */
  load(versions: Iterable<number>): Promise<void>;
  /** Loads the profile of the version that is live now, if any is. */
  loadLive(): Promise<void>;
}

/** The contexts of all models that the registry knows. */
export interface ModelContexts {
  /** @returns undefined for a model without a spec */
  of(model: string): LoadedContext | undefined;
  /** Names of all models that have a spec. */
  models(): string[];
}

/**
 * Puts the registry behind the synchronous context that the pure packages take: a shell loads the profiles that a batch needs,
 * then hands the batch over.
 */
export function createModelContexts(registry: Registry): ModelContexts {
  const profiles = new Map<string, ReferenceProfile>();
  const keyOf = (model: string, version: number) => `${version}/${model}`;

  const load = async (model: string, versions: Iterable<number>) => {
    for (const version of versions) {
      if (version < 1 || profiles.has(keyOf(model, version))) continue;
      profiles.set(keyOf(model, version), parseReferenceProfile(await registry.profile(model, version)));
    }
  };
  return {
    models: () => registry.models().map(({ spec }) => spec.model),
    of(model) {
      if (!registry.model(model)) return undefined;
      const entry = () => {
        const known = registry.model(model);
        if (!known) throw new DriftloopError('MODEL_UNKNOWN', `Model '${model}' is not registered any more.`);
        return known;
      };
      return {
        get spec() {
          return entry().spec;
        },
        get live() {
          // A version whose profile is not loaded yet is not live for the sketchers yet.
          const live = entry().state.live ?? 0;
          return profiles.has(keyOf(model, live)) ? live : 0;
        },
        profile(version) {
          const profile = profiles.get(keyOf(model, version));
          if (profile) return profile;
          throw new DriftloopError(
            'VERSION_UNKNOWN',
            `The profile of version ${version} of '${model}' is not loaded.`,
          );
        },
        load: (versions) => load(model, versions),
        loadLive: () => load(model, [entry().state.live ?? 0]),
      };
    },
  };
}
