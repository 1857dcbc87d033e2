import { DriftloopError, ERRORS } from '@driftloop/errors';

/**
 * How a command ends by an error that says something about the data or the run, not about the
 * infrastructure.
 *
 * @throws the error itself where it says nothing about the command: the service stops and starts
 *   the command again
 */
export function endBy(error: unknown): {
  readonly phase: 'rejected' | 'failed';
  readonly error: DriftloopError;
} {
  if (!(error instanceof DriftloopError)) throw error;
  const phase = ERRORS[error.code].run;
  if (phase === undefined || phase === 'again') throw error;
  return { phase, error };
}
