import type { ErrorCode } from '@driftloop/errors';

/**
 * Why the profile of one version cannot be had, where that does not pass by itself: the version is left out of drift signals. An artifact store that is out of
 * reach is another matter: everyone waits for that.
 */
export const PROFILE_LOSSES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ARTIFACT_MISSING',
  'ARTIFACT_CORRUPT',
  'VERSION_UNKNOWN',
  'DATA_INVALID',
]);
