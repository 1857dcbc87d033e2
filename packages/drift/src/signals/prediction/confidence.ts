import { kolmogorovSmirnov } from '../counts.ts';
import { findingOf } from '../window-test.ts';
import { type PredictionTest, valueCounts } from './window.ts';

/** Kolmogorov–Smirnov of the confidence in the predicted class, or of the predicted values of a regression. */
export const CONFIDENCE_TEST: PredictionTest = {
  name: 'confidence',
  byDefault: true,
  run: (window) => ({
    findings: [findingOf(window, kolmogorovSmirnov(valueCounts(window), window.alpha))],
  }),
};
