import { DriftloopError } from '@driftloop/errors';
import { ADWIN, ADWIN_PAPER } from './adwin.ts';
import { DDM } from './ddm.ts';
import type { Detector, DetectorKind, DetectorParameters } from './detector.ts';
import { E_CUSUM, E_SR } from './e-detector.ts';
import { EDDM } from './eddm.ts';
import { FHDDM } from './fhddm.ts';
import { GLR_BERNOULLI, GLR_BOUNDED, GLR_GAUSSIAN } from './glr.ts';
import { HDDM_A } from './hddm-a.ts';
import { HDDM_W } from './hddm-w.ts';
import { KSWIN } from './kswin.ts';
import { PAGE_HINKLEY } from './page-hinkley.ts';

/** Every detector: the one place to add another. */
export const DETECTORS: readonly DetectorKind[] = [
  ADWIN,
  ADWIN_PAPER,
  DDM,
  EDDM,
  HDDM_A,
  HDDM_W,
  FHDDM,
  PAGE_HINKLEY,
  GLR_BERNOULLI,
  GLR_BOUNDED,
  GLR_GAUSSIAN,
  E_SR,
  E_CUSUM,
  KSWIN,
];

/** The names of all detectors. */
export const DETECTOR_NAMES: readonly string[] = DETECTORS.map(({ name }) => name);

/**
 * Creates a detector.
 *
 * @param parameters What differs from its defaults.
 * @throws DETECTOR_UNKNOWN or CONFIG_INVALID.
 */
export function createDetector(name: string, parameters: DetectorParameters = {}): Detector {
  const kind = DETECTORS.find((one) => one.name === name);
  if (kind) return kind.create(parameters);
  throw new DriftloopError(
    'DETECTOR_UNKNOWN',
    `There is no detector ${name}; there are ${DETECTOR_NAMES.join(', ')}.`,
  );
}
