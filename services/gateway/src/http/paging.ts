import { DriftloopError } from '@driftloop/errors';
import Type from 'typebox';

/** What a page of a list ends with. */
export const NextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'For the next page; null where there is none.',
});

/**
 * A cursor that is a number, as the page before has told it.
 * @throws DriftloopError REQUEST_INVALID
 */
export function numericCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw noCursor();
}

/** The error for a text that is no cursor. */
export function noCursor(): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', 'The cursor is none: take `nextCursor` of the page before.');
}
