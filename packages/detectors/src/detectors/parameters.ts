import { DriftloopError } from '@driftloop/errors';
import type { DetectorParameters } from './detector.ts';

/**
 * Fills in defaults and refuses what the detector does not know.
 *
 * @throws CONFIG_INVALID naming the parameter.
 */
export function withDefaults<T extends DetectorParameters>(
  detector: string,
  defaults: T,
  given: DetectorParameters,
): T {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      throw invalid(detector, name, `is not known; there are ${Object.keys(defaults).join(', ')}`);
    }
    if (typeof value !== typeof defaults[name])
      throw invalid(detector, name, `must be a ${typeof defaults[name]}`);
  }
  return Object.assign({ ...defaults }, given);
}

/** @throws CONFIG_INVALID unless low < value < high. */
export function requireBetween(
  detector: string,
  name: string,
  value: number,
  low: number,
  high: number,
): void {
  if (!(value > low && value < high)) {
    throw invalid(detector, name, `must lie between ${low} and ${high}, not ${value}`);
  }
}

/** @throws CONFIG_INVALID unless the value is an integer of at least `least`. */
export function requireInteger(detector: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw invalid(detector, name, `must be an integer of at least ${least}, not ${value}`);
  }
}

/** An error about one parameter. */
export function invalid(detector: string, name: string, what: string): DriftloopError {
  return new DriftloopError('CONFIG_INVALID', `Parameter ${name} of detector ${detector} ${what}.`);
}

/** @throws DATA_INVALID: the value is not finite. */
export function refuseValue(detector: string, x: number, range: string): never {
  throw new DriftloopError(
    'DATA_INVALID',
    `Detector ${detector} takes ${range}, not ${x}; leave missing values out.`,
  );
}
