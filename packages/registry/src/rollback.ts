import { DriftloopError } from '@driftloop/errors';
import type { ModelState, VersionState } from './model-state.ts';

/**
 * Chooses the version that a rollback brings back. Pure.
 *
 * @param to version to bring back; by default the one that was live before
 * @returns the live version, and the one to bring back; both are the same when that one is live
 *   already
 * @throws DriftloopError MODEL_NOT_LIVE, VERSION_UNKNOWN, VERSION_NOT_SERVABLE
 */
export function planRollback(state: ModelState, to?: number): { live: VersionState; restored: VersionState } {
  const live = state.live === null ? undefined : state.versions.get(state.live);
  if (!live)
    throw new DriftloopError(
      'MODEL_NOT_LIVE',
      `Model '${state.model}' has no live version to roll back from.`,
    );
  const target = to ?? state.previousLive.at(-1);
  if (target === undefined)
    throw new DriftloopError(
      'VERSION_NOT_SERVABLE',
      `Model '${state.model}' has had no live version before ${live.version}, so there is none to go back to.`,
    );
  const restored = state.versions.get(target);
  if (!restored) {
    const known = [...state.versions.keys()].join(', ');
    throw new DriftloopError(
      'VERSION_UNKNOWN',
      `Model '${state.model}' has no version ${target}, only ${known}.`,
    );
  }
  if (restored.publishedAt === null)
    throw new DriftloopError(
      'VERSION_NOT_SERVABLE',
      `Version ${target} of model '${state.model}' was never live (it is ${restored.status}), so it cannot be brought back.`,
    );
  return { live, restored };
}
