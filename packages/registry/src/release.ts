import { DriftloopError } from '@driftloop/errors';
import type { ModelSpec } from '@driftloop/schemas';
import type { ModelState, VersionState, VersionStatus } from './model-state.ts';

/** Where a person may bring a version. */
export type ReleaseStep = 'shadow' | 'canary' | 'live';

/** From which places a version is brought to each step. */
const FROM: Readonly<Record<ReleaseStep, readonly VersionStatus[]>> = {
  shadow: ['registered', 'candidate'],
  canary: ['registered', 'candidate', 'shadow'],
  live: ['registered', 'candidate', 'shadow', 'canary'],
};

/**
 * The version on trial: the one that is named, or the one in shadow, or else the canary. Pure.
 *
 * @throws DriftloopError VERSION_UNKNOWN
 */
export function versionOnTrial(state: ModelState, named?: number): VersionState {
  const number = named ?? state.shadow ?? state.canary;
  if (number === null)
    throw new DriftloopError(
      'VERSION_UNKNOWN',
      `Model '${state.model}' has no version on trial, in shadow or as canary; name the version.`,
    );
  const version = state.versions.get(number);
  if (version) return version;
  throw new DriftloopError(
    'VERSION_UNKNOWN',
    `Model '${state.model}' has no version ${number}, only ${[...state.versions.keys()].join(', ')}.`,
  );
}

/**
 * Where a version is brought next: where it is asked for, or one step on, from shadow to canary
 * where the spec has a share for one, and else live. Pure.
 *
 * @throws DriftloopError VERSION_NOT_SERVABLE where it cannot be brought there, with the reason and
 *   what to do
 */
export function planRelease(
  { version, status }: VersionState,
  { live }: Pick<ModelState, 'live'>,
  { model, rollout }: Pick<ModelSpec, 'model' | 'rollout'>,
  asked?: ReleaseStep,
): ReleaseStep {
  const refuse = (why: string) =>
    new DriftloopError('VERSION_NOT_SERVABLE', `Version ${version} of model '${model}' ${why}`);
  const to = asked ?? (rollout.canaryShare > 0 && status !== 'canary' ? 'canary' : 'live');
  if (to === 'canary' && !(rollout.canaryShare > 0))
    throw refuse(
      'cannot be a canary: set rollout.canaryShare of the spec to the share that it is to answer.',
    );
  if (!FROM[to].includes(status))
    throw refuse(
      status === 'retired' || status === 'rolledBack'
        ? `was live before (it is ${status}): bring it back by a rollback to it.`
        : `is ${status}, and cannot be brought to ${to}.`,
    );
  if (to !== 'live' && version < (live ?? 0))
    throw refuse(`is older than the live version ${live}, and has lost its point as a trial.`);
  return to;
}
