import { DriftloopError } from '@driftloop/errors';
import type { Random } from '@driftloop/stats';

/**
 * What a stream is drawn from while nothing changes: a distribution of features and a rule for the
 * label.
 */
export interface Concept {
  /** Features per row. */
  readonly width: number;
  /** Number of classes. */
  readonly classes: number;
  /** Per feature the number of its categories, 0 for a number. */
  readonly categories: readonly number[];
  /** Draws a row: fills `features` and returns its class. */
  draw(random: Random, features: Float64Array): number;
  /**
   * The concept `share` (0 to 1) of the way to another of its kind; what incremental change goes
   * through. Undefined for concepts without anything between them.
   */
  readonly towards?: (other: Concept, share: number) => Concept;
}

/** Numbers only. */
export function numeric(width: number): readonly number[] {
  return new Array<number>(width).fill(0);
}

/** @throws CONFIG_INVALID unless the value is one of 0 … count − 1. */
export function requireVariant(generator: string, variant: number, count: number): void {
  if (!Number.isInteger(variant) || variant < 0 || variant >= count) {
    throw new DriftloopError(
      'CONFIG_INVALID',
      `${generator} has variants 0 to ${count - 1}, not ${variant}.`,
    );
  }
}

/** @throws CONFIG_INVALID unless the share lies in [0, 1]. */
export function requireShare(generator: string, name: string, share: number): void {
  if (!(share >= 0 && share <= 1)) {
    throw new DriftloopError('CONFIG_INVALID', `${name} of ${generator} must lie in [0, 1], not ${share}.`);
  }
}
