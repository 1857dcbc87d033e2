export { DriftloopError, isRetriable } from './driftloop-error.ts';
export { listed } from './listed.ts';
export { hideSecret, redactUrls } from './redact.ts';
export { boundedReason, type Refusal, refusalOf } from './refusal.ts';
export { refusedCertificate } from './refused-certificate.ts';
export type { ErrorRow } from './row.ts';
export { ERRORS, type ErrorCode, isErrorCode } from './table.ts';
