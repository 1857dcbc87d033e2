import { DriftloopError } from '@driftloop/errors';

/**
 * A cursor that is a number, as the page before has told it.
 * @throws DriftloopError REQUEST_INVALID
 */
export function numericCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new DriftloopError('REQUEST_INVALID', 'The cursor is none: take `nextCursor` of the page before.');
}
