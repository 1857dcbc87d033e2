import { DriftloopError } from '@driftloop/errors';
import type { Signal } from '@driftloop/schemas';
import { CONCEPT_TESTS } from './concept/index.ts';
import { DATA_TESTS } from './data/index.ts';
import { PREDICTION_TESTS } from './prediction/index.ts';
import type { TestMeaning } from './window-test.ts';

/** Every test of every signal, for whoever weighs and tells results; no two have the same name. */
export const WINDOW_TESTS: readonly TestMeaning[] = [...DATA_TESTS, ...PREDICTION_TESTS, ...CONCEPT_TESTS];

/** The names that a spec's `drift.detectors` may hold, by the signal that they look at. */
export const TEST_NAMES: Readonly<Record<Signal, readonly string[]>> = {
  data: DATA_TESTS.map(({ name }) => name),
  prediction: PREDICTION_TESTS.map(({ name }) => name),
  concept: CONCEPT_TESTS.map(({ name }) => name),
};

/** @throws DETECTOR_UNKNOWN for a name that no signal has */
export function requireDetectors(names: readonly string[]): void {
  const known = WINDOW_TESTS.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new DriftloopError(
    'DETECTOR_UNKNOWN',
    `There is no detector ${unknown.join(', ')}. There are ${known.join(', ')}; an empty list runs the default set.`,
  );
}
