import { DriftloopError } from '@driftloop/errors';
import type { ModelEntry } from '@driftloop/registry';

type Entry = Pick<ModelEntry, 'spec' | 'state'>;

/** Versions that requests are answered by now: the live one, and the canary. */
export function servedVersions({ state }: Pick<ModelEntry, 'state'>): number[] {
  return [state.live, state.canary].filter((version) => version !== null);
}

/**
 * Checks that a model answers, and that a version which a call names is one that does: a version
 * cannot be asked for alone, requests go to whoever is live.
 *
 * @param version as the call has it; undefined or empty for none
 * @throws DriftloopError MODEL_NOT_LIVE, VERSION_UNKNOWN, VERSION_NOT_LIVE
 */
export function requireServed({ spec, state }: Entry, version: string | undefined): void {
  const { model } = spec;
  if (state.live === null)
    throw new DriftloopError('MODEL_NOT_LIVE', `Model '${model}' has no live version; publish one first.`);
  requireVersion({ spec, state }, version);
}

/** The same without asking whether the model answers. */
export function requireVersion({ spec, state }: Entry, version: string | undefined): void {
  if (version === undefined || version === '') return;
  const { model } = spec;
  const served = servedVersions({ state });
  const number = Number(version);
  if (served.includes(number)) return;
  const live = state.live === null ? 'none is live' : `version ${state.live} is live`;
  if (!state.versions.has(number))
    throw new DriftloopError('VERSION_UNKNOWN', `Model '${model}' has no version '${version}'; ${live}.`);
  const { status } = state.versions.get(number) ?? {};
  throw new DriftloopError(
    'VERSION_NOT_LIVE',
    `Version ${version} of model '${model}' is ${status}; ${live}. Requests go to whoever is live: leave the version out, or roll back to version ${version} first.`,
  );
}
