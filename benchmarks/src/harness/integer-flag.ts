import { DriftloopError } from '@driftloop/errors';

/**
 * The value of a flag; `usual` where it is not given.
 *
 * @throws DriftloopError REQUEST_INVALID naming the flag
 */
export function integerFlag(name: string, given: unknown, usual: number, least: number): number {
  const value = given === undefined ? usual : Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new DriftloopError(
    'REQUEST_INVALID',
    `--${name} must be an integer from ${least} on, not '${String(given)}'.`,
  );
}
