import { redactUrls } from './redact.ts';
import { ERRORS, type ErrorCode } from './table.ts';

/** What besides code and message an error carries. */
export interface ErrorOptions {
  /** The same operation may succeed if it is tried again. @default as the table says of the code */
  readonly retriable?: boolean;
  /** What led to it. */
  readonly cause?: unknown;
}

/**
 * The base of every error that driftloop throws on purpose. The message says what was wrong, where,
 * and what to do; the code is stable and listed in docs/errors.md. Credentials in URLs of the
 * message are left out. Any other error is a bug and ends the process.
 */
export class DriftloopError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(redactUrls(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DriftloopError';
    this.code = code;
    this.retriable = options.retriable ?? ERRORS[code].retriable;
  }
}

/** Whether trying again may help: true only for a DriftloopError that says so. */
export function isRetriable(error: unknown): boolean {
  return error instanceof DriftloopError && error.retriable;
}
