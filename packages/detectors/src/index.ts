export type { Detector, DetectorKind, DetectorParameters } from './detectors/detector.ts';
export { createDetector, DETECTOR_NAMES, DETECTORS } from './detectors/registry.ts';
export { type CombinedEvidence, combineEvidence, strengthFor } from './evidence/combine.ts';
export { accumulate, BARE_MENTION, type Evidential, eValueOf, NO_EVIDENCE } from './evidence/e-value.ts';
export {
  createRowWatch,
  type RowWatch,
} from './row-watch/row-watch.ts';
export type { LabelledAnswer } from './row-watch/tables.ts';
