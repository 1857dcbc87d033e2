import { DriftloopError, ERRORS } from '@driftloop/errors';

/**
 * Whether an error says that the profile of one version cannot be had, and that this does not pass
 * by itself: the version is left out of drift signals. An artifact store that is out of reach is
 * another matter: everyone waits for that.
 */
export function losesProfile(error: unknown): error is DriftloopError {
  return error instanceof DriftloopError && ERRORS[error.code].losesProfile === true;
}
