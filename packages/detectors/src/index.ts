export type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detectors/detector.ts';
export { createDetector, DETECTOR_NAMES, DETECTORS } from './detectors/registry.ts';
export { type CombinedEvidence, combineEvidence } from './evidence/combine.ts';
export { accumulate, BARE_MENTION, type Evidential, eValueOf, NO_EVIDENCE } from './evidence/e-value.ts';
export {
  createRowWatch,
  type RowEvidence,
  type RowWatch,
  type RowWatchOptions,
} from './row-watch/row-watch.ts';
export type { Answer, LabelledAnswer } from './row-watch/tables.ts';
