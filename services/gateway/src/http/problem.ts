import { DriftloopError, ERRORS, type ErrorCode } from '@driftloop/errors';
import Type, { type Static } from 'typebox';

/** Media type of every error answer but those of the Open Inference Protocol. */
export const PROBLEM_TYPE = 'application/problem+json';

/** The one shape of every error answer: RFC 9457, with driftloop's code. */
export const Problem = Type.Object({
  type: Type.String({ description: 'urn:driftloop:error:<code>.' }),
  title: Type.String({ description: 'What an error with this code is.' }),
  status: Type.Integer(),
  detail: Type.String({ description: 'What was wrong, where, and what to do.' }),
  code: Type.String({ description: 'Stable code, see docs/errors.md.' }),
  error: Type.Object(
    { code: Type.String(), message: Type.String() },
    { description: 'Code and detail as they were before RFC 9457.' },
  ),
});
export type Problem = Static<typeof Problem>;

/** An error as it is answered. */
export function problem(code: ErrorCode, detail: string, status: number = ERRORS[code].http): Problem {
  return {
    type: `urn:driftloop:error:${code}`,
    title: ERRORS[code].meaning,
    status,
    detail,
    code,
    error: { code, message: detail },
  };
}

/**
 * HTTP status and body for an error; anything that is not a known kind of error is a 500 without
 * its details.
 */
export function problemOf(error: unknown): { status: number; body: Problem } {
  if (error instanceof DriftloopError) return answered(problem(error.code, error.message));
  const { statusCode, message, validation } = error as {
    statusCode?: number;
    message?: string;
    validation?: unknown;
  };
  if (validation !== undefined || (statusCode !== undefined && statusCode < 500)) {
    const code = statusCode === ERRORS.RATE_LIMITED.http ? 'RATE_LIMITED' : 'REQUEST_INVALID';
    return answered(problem(code, message ?? 'The request is not valid.', statusCode ?? 400));
  }
  return answered(problem('INTERNAL', 'The gateway failed; its log says why.'));
}

function answered(body: Problem): { status: number; body: Problem } {
  return { status: body.status, body };
}
