import { VECTOR_CONTENT } from '../../content/content.ts';
import { signalKind } from '../signal-kind.ts';
import { CBPE_TEST } from './cbpe.ts';
import { PREDICTION_CHECK } from './check.ts';
import { CLASSES_TEST } from './classes.ts';
import { CONFIDENCE_TEST } from './confidence.ts';
import { ENTROPY_TEST } from './entropy.ts';
import { ESTIMATES_TEST } from './estimates.ts';
import { LIMIT_TEST } from './limit.ts';
import type { PredictionTest } from './window.ts';

/** Every test of the answers: a new one is a file and a line here. */
export const PREDICTION_TESTS: readonly PredictionTest[] = [
  CBPE_TEST,
  CLASSES_TEST,
  CONFIDENCE_TEST,
  ENTROPY_TEST,
  ESTIMATES_TEST,
  LIMIT_TEST,
];

export const PREDICTION_SIGNAL = signalKind('prediction', VECTOR_CONTENT, PREDICTION_CHECK, PREDICTION_TESTS);
