import { DriftloopError, type ErrorCode } from '@driftloop/errors';
import Type, { type Static } from 'typebox';

/** The one shape of every error answer. */
export const Problem = Type.Object({
  error: Type.Object({
    code: Type.String({ description: 'Stable code, see docs/errors.md.' }),
    message: Type.String({ description: 'What was wrong, where, and what to do.' }),
  }),
});
export type Problem = Static<typeof Problem>;

const STATUS: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  FEATURES_WRONG_LENGTH: 400,
  FEATURE_NOT_FINITE: 400,
  EVENT_TIME_AHEAD: 400,
  EVENT_TIME_INVALID: 400,
  LABEL_INVALID: 400,
  SPEC_INVALID: 400,
  NOT_FOUND: 404,
  MODEL_UNKNOWN: 404,
  VERSION_UNKNOWN: 404,
  MODEL_NOT_LIVE: 409,
  VERSION_NOT_SERVABLE: 409,
  ARTIFACT_MISSING: 409,
  ARTIFACT_CORRUPT: 409,
  KAFKA_UNAVAILABLE: 503,
  REGISTRY_UNAVAILABLE: 503,
  WAREHOUSE_UNAVAILABLE: 503,
  ARTIFACTS_UNAVAILABLE: 503,
};

/** HTTP status and body for an error; anything that is not a known kind of error is a 500 without its details. */
export function problemOf(error: unknown): { status: number; body: Problem } {
  if (error instanceof DriftloopError) {
    return {
      status: STATUS[error.code] ?? 500,
      body: { error: { code: error.code, message: error.message } },
    };
  }
  const { statusCode, message, validation } = error as {
    statusCode?: number;
    message?: string;
    validation?: unknown;
  };
  if (validation !== undefined || (statusCode !== undefined && statusCode < 500)) {
    const code =
      statusCode === 429 ? 'RATE_LIMITED' : statusCode === 401 ? 'UNAUTHORIZED' : 'REQUEST_INVALID';
    return {
      status: statusCode ?? 400,
      body: { error: { code, message: message ?? 'The request is not valid.' } },
    };
  }
  return {
    status: 500,
    body: { error: { code: 'INTERNAL', message: 'The gateway failed; its log says why.' } },
  };
}
