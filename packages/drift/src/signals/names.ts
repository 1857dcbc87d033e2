import { DriftloopError } from '@driftloop/errors';
import type { Signal } from '@driftloop/schemas';
import { CONCEPT_TESTS } from './concept/index.ts';
import { DATA_TESTS } from './data/index.ts';
import { PREDICTION_TESTS } from './prediction/index.ts';

/** The names that a spec's `drift.detectors` may hold, by the signal that they look at. */
export const TEST_NAMES: Readonly<Record<Signal, readonly string[]>> = {
  data: DATA_TESTS.map(({ name }) => name),
  prediction: PREDICTION_TESTS.map(({ name }) => name),
  concept: CONCEPT_TESTS.map(({ name }) => name),
};

/** @throws DETECTOR_UNKNOWN for a name that no signal has */
export function requireDetectors(names: readonly string[]): void {
  const known = Object.values(TEST_NAMES).flat();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new DriftloopError(
    'DETECTOR_UNKNOWN',
    `There is no detector ${unknown.join(', ')}. There are ${known.join(', ')}; an empty list runs the default set.`,
  );
}
