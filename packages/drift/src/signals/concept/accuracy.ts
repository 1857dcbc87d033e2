import { meanShift } from '../mean-shift.ts';
import { findingOf } from '../window-test.ts';
import { type ConceptTest, meanOf, scoreOf } from './window.ts';

/**
 * Accuracy of the window (mean squared error of a regression) against the reference's. Drift when it is worse by more than chance,
 * with the spread that windows of the reference have.
 */
export const ACCURACY_TEST: ConceptTest = {
  name: 'accuracy',
  byDefault: true,
  run(window) {
    const { layout, score } = window.profile.outputs;
    const mean = meanOf(window.content, (outcome) => scoreOf(window, outcome));
    const worse = layout.classes > 0 ? 'down' : 'up';
    return {
      findings: [findingOf(window, meanShift(score, mean, window.content.length, worse, window.alpha))],
    };
  },
};
