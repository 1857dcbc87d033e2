import { DriftloopError, ERRORS } from '@driftloop/errors';
import Type, { type Static } from 'typebox';
import { problemOf } from '../problem.ts';

/** An error in the protocol's shape, with driftloop's code beside it. */
export const ProtocolProblem = Type.Object({
  error: Type.String({ description: 'What was wrong, where, and what to do.' }),
  code: Type.String({ description: 'Stable code, see docs/errors.md.' }),
});
export type ProtocolProblem = Static<typeof ProtocolProblem>;

/** HTTP status and body for an error of a call of the protocol. */
export function protocolProblemOf(error: unknown): { status: number; body: ProtocolProblem } {
  const { status, body } = problemOf(error);
  const { code, message } = body.error;
  // The protocol's clients try again what is not ready, and 409 says nothing to them.
  const isNotReady = error instanceof DriftloopError && error.code === 'MODEL_NOT_LIVE';
  return { status: isNotReady ? ERRORS.KAFKA_UNAVAILABLE.http : status, body: { error: message, code } };
}
