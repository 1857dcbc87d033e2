import { DriftloopError } from '@driftloop/errors';

/**
 * Errors that say something about the data or the run, not about the infrastructure, and how they end a command: rejected where rows, or what
 * training on them comes to, are not good enough for a candidate.
 */
const ENDS: ReadonlyMap<string, 'rejected' | 'failed'> = new Map([
  ['DATA_INVALID', 'rejected'],
  ['FEATURES_WRONG_LENGTH', 'rejected'],
  ['TRAINING_FAILED', 'rejected'],
  ['ENGINE_OUT_OF_MEMORY', 'failed'],
  ['ENGINE_UNAVAILABLE', 'failed'],
  ['SPEC_INVALID', 'failed'],
  ['MODEL_INVALID', 'failed'],
  ['GRAPH_INVALID', 'failed'],
  ['OPERATOR_UNSUPPORTED', 'failed'],
  ['STRATEGY_UNKNOWN', 'failed'],
  ['ARTIFACT_CORRUPT', 'failed'],
  ['ARTIFACT_MISSING', 'failed'],
  ['VERSION_UNKNOWN', 'failed'],
  ['VERSION_NOT_SERVABLE', 'failed'],
]);

/**
 * How a command ends by an error.
 *
 * @throws the error itself where it says nothing about the command: the service stops and starts the command again
 */
export function endBy(error: unknown): {
  readonly phase: 'rejected' | 'failed';
  readonly error: DriftloopError;
} {
  const phase = error instanceof DriftloopError ? ENDS.get(error.code) : undefined;
  if (!(error instanceof DriftloopError) || phase === undefined) throw error;
  return { phase, error };
}
