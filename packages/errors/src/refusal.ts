import type { DriftloopError } from './driftloop-error.ts';
import type { ErrorCode } from './table.ts';

/**
 * Why a record, a request or a row cannot be handled. What it is about (an offset, an index, a row)
 * stands beside it where that is not clear. Dead letters carry it.
 */
export interface Refusal {
  readonly code: ErrorCode;
  /** What is wrong and what to do, for people. */
  readonly reason: string;
}

/** An error that stops nothing but what it is about. */
export function refusalOf({ code, message }: DriftloopError): Refusal {
  return { code, reason: boundedReason(message) };
}

/** A reason may quote what came; it is to fit beside it into one record. */
const MOST_CHARACTERS = 2_000;

/** A reason that can be kept: not too long, and without half characters. */
export function boundedReason(text: string): string {
  const short = text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
  return short.toWellFormed();
}
