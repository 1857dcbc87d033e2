import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import { type LiveSince, liveAt } from '@driftloop/spec';
import type { ModelContext } from '../chunks/context.ts';
import type { ReferenceProfile } from '../profile/reference-profile.ts';

/** What a replay knows of its model. @param profiles undefined for one that is lost */
export function contextOf(
  spec: ModelSpec,
  profiles: ReadonlyMap<number, ReferenceProfile | undefined>,
  lived: readonly LiveSince[],
): ModelContext {
  return {
    spec,
    liveAt: (logTime) => liveAt(lived, logTime),
    isLost: (version) => profiles.has(version) && profiles.get(version) === undefined,
    profile(version) {
      const profile = profiles.get(version);
      if (profile) return profile;
      throw new DriftloopError(
        'VERSION_UNKNOWN',
        `Version ${version} of ${spec.model} answered, but its profile is not among the versions of the replay.`,
      );
    },
  };
}
