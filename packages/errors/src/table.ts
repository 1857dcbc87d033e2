import type { ErrorRow } from './row.ts';
import { INFRASTRUCTURE } from './rows/infrastructure.ts';
import { MODELS } from './rows/models.ts';
import { QUESTIONS } from './rows/questions.ts';
import { RECORDS } from './rows/records.ts';
import { TRAINING } from './rows/training.ts';

const TABLE = { ...INFRASTRUCTURE, ...RECORDS, ...MODELS, ...TRAINING, ...QUESTIONS };

/** A stable error code. */
export type ErrorCode = keyof typeof TABLE;

/**
 * Every error code, what it means and what an error with it costs. docs/errors.md is made from it.
 */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = TABLE;

/** Whether a text, of another process for example, is one of the codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}
