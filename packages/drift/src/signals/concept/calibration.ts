import { leastOfShares, meanShift } from '../statistics/mean-shift.ts';
import { percent } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { measured } from '../words.ts';
import { type ConceptTest, meanOf, scoreOf } from './window.ts';

/**
 * How much surer the model is than right: mean confidence less accuracy, against the same gap in
 * the reference.
 */
export const CALIBRATION_TEST: ConceptTest = {
  name: 'calibration',
  byDefault: true,
  words: (item) => measured(item, 'the model is surer than right by', percent),
  run(window) {
    const { layout, score, confidence } = window.profile.outputs;
    if (layout.classes === 0) return { findings: [] };
    const gap = meanOf(window.content, (outcome) => outcome.confidence - scoreOf(window, outcome));
    const reference = { ...score, mean: confidence.mean - score.mean };
    const least = leastOfShares(score.rows);
    const shift = meanShift(reference, gap, window.content.length, 'up', window.alpha, least);
    return { findings: [findingOf(window, shift)] };
  },
};
