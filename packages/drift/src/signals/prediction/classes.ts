import { chiSquare } from '../counts.ts';
import { findingOf } from '../window-test.ts';
import { classCounts, type PredictionTest } from './window.ts';

/** Chi-square of the predicted classes against the reference. */
export const CLASSES_TEST: PredictionTest = {
  name: 'classes',
  byDefault: true,
  run(window) {
    if (window.profile.outputs.layout.classes === 0) return { findings: [] };
    return { findings: [findingOf(window, chiSquare(classCounts(window), window.alpha))] };
  },
};
