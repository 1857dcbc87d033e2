import { DriftloopError } from '@driftloop/errors';
import { Adwin } from './adwin.ts';
import { Ddm } from './ddm.ts';
import type { Detector, DetectorParameters } from './detector.ts';
import { EDetector } from './e-detector.ts';
import { Eddm } from './eddm.ts';
import { Fhddm } from './fhddm.ts';
import { Glr } from './glr.ts';
import { HddmA } from './hddm-a.ts';
import { HddmW } from './hddm-w.ts';
import { Kswin } from './kswin.ts';
import { PageHinkley } from './page-hinkley.ts';

/** Every detector by its name: the one place to add another. */
const DETECTORS = {
  adwin: (parameters: DetectorParameters): Detector => new Adwin(parameters),
  'adwin-paper': (parameters: DetectorParameters): Detector => new Adwin(parameters, 'keep-newer'),
  ddm: (parameters: DetectorParameters): Detector => new Ddm(parameters),
  eddm: (parameters: DetectorParameters): Detector => new Eddm(parameters),
  'hddm-a': (parameters: DetectorParameters): Detector => new HddmA(parameters),
  'hddm-w': (parameters: DetectorParameters): Detector => new HddmW(parameters),
  fhddm: (parameters: DetectorParameters): Detector => new Fhddm(parameters),
  'page-hinkley': (parameters: DetectorParameters): Detector => new PageHinkley(parameters),
  'glr-bernoulli': (parameters: DetectorParameters): Detector => new Glr('bernoulli', parameters),
  'glr-bounded': (parameters: DetectorParameters): Detector => new Glr('bounded', parameters),
  'glr-gaussian': (parameters: DetectorParameters): Detector => new Glr('gaussian', parameters),
  'e-sr': (parameters: DetectorParameters): Detector => new EDetector('sr', parameters),
  'e-cusum': (parameters: DetectorParameters): Detector => new EDetector('cusum', parameters),
  kswin: (parameters: DetectorParameters): Detector => new Kswin(parameters),
};

/** The name of a detector. */
export type DetectorName = keyof typeof DETECTORS;

/** The names of all detectors. */
export const DETECTOR_NAMES: readonly DetectorName[] = Object.keys(DETECTORS).filter(isDetectorName);

/** Whether a detector of this name is registered. */
export function isDetectorName(name: string): name is DetectorName {
  return Object.hasOwn(DETECTORS, name);
}

/**
 * Creates a detector.
 *
 * @param parameters What differs from its defaults.
 * @throws DETECTOR_UNKNOWN or CONFIG_INVALID.
 */
export function createDetector(name: string, parameters: DetectorParameters = {}): Detector {
  if (!isDetectorName(name)) {
    throw new DriftloopError(
      'DETECTOR_UNKNOWN',
      `There is no detector ${name}; there are ${DETECTOR_NAMES.join(', ')}.`,
    );
  }
  return DETECTORS[name](parameters);
}

export { Adwin } from './adwin.ts';
export { Ddm } from './ddm.ts';
export type { Detector, DetectorParameters, DetectorState } from './detector.ts';
export { EDetector, type EDetectorKind } from './e-detector.ts';
export { Eddm } from './eddm.ts';
export { Fhddm } from './fhddm.ts';
export { Glr } from './glr.ts';
export { HddmA } from './hddm-a.ts';
export { HddmW } from './hddm-w.ts';
export { Kswin } from './kswin.ts';
export type { LossModel } from './likelihood.ts';
export { PageHinkley } from './page-hinkley.ts';
