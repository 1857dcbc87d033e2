export { ERROR_CODES, type ErrorCode } from './codes.ts';
export { DriftloopError, type ErrorOptions, isRetriable } from './driftloop-error.ts';
export { redactUrls } from './redact.ts';
export { type Refusal, refusalOf } from './refusal.ts';
