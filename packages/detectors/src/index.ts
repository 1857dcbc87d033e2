export { Adwin } from './detectors/adwin.ts';
export { Ddm } from './detectors/ddm.ts';
export type { Detector, DetectorKind, DetectorParameters, DetectorState } from './detectors/detector.ts';
export { EDetector, type EDetectorKind } from './detectors/e-detector.ts';
export { Eddm } from './detectors/eddm.ts';
export { Fhddm } from './detectors/fhddm.ts';
export { Glr } from './detectors/glr.ts';
export { HddmA } from './detectors/hddm-a.ts';
export { HddmW } from './detectors/hddm-w.ts';
export { Kswin } from './detectors/kswin.ts';
export type { LossModel } from './detectors/likelihood.ts';
export { PageHinkley } from './detectors/page-hinkley.ts';
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
