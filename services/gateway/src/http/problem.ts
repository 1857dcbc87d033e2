import { DriftloopError, ERRORS } from '@driftloop/errors';
import Type, { type Static } from 'typebox';

/** The one shape of every error answer. */
export const Problem = Type.Object({
  error: Type.Object({
    code: Type.String({ description: 'Stable code, see docs/errors.md.' }),
    message: Type.String({ description: 'What was wrong, where, and what to do.' }),
  }),
});
export type Problem = Static<typeof Problem>;

/**
 * HTTP status and body for an error; anything that is not a known kind of error is a 500 without
 * its details.
 */
export function problemOf(error: unknown): { status: number; body: Problem } {
  if (error instanceof DriftloopError) {
    return {
      status: ERRORS[error.code].http,
      body: { error: { code: error.code, message: error.message } },
    };
  }
  const { statusCode, message, validation } = error as {
    statusCode?: number;
    message?: string;
    validation?: unknown;
  };
  if (validation !== undefined || (statusCode !== undefined && statusCode < 500)) {
    const code = statusCode === ERRORS.RATE_LIMITED.http ? 'RATE_LIMITED' : 'REQUEST_INVALID';
    return {
      status: statusCode ?? 400,
      body: { error: { code, message: message ?? 'The request is not valid.' } },
    };
  }
  return {
    status: ERRORS.INTERNAL.http,
    body: { error: { code: 'INTERNAL', message: 'The gateway failed; its log says why.' } },
  };
}
