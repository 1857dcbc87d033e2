import { meanShift } from '../statistics/mean-shift.ts';
import { findingOf } from '../window-test.ts';
import { measured, rounded } from '../words.ts';
import { meanOf, type PredictionTest } from './window.ts';

/** Mean entropy of the answers: a model that knows less, or is surer than it was. */
export const ENTROPY_TEST: PredictionTest = {
  name: 'entropy',
  byDefault: true,
  words: (item) => measured(item, 'mean entropy of the answers', rounded),
  run(window) {
    const { layout, entropy } = window.profile.outputs;
    if (layout.classes === 0) return { findings: [] };
    const shift = meanShift(entropy, meanOf(window, 'entropy'), window.n, 'both', window.alpha);
    return { findings: [findingOf(window, shift)] };
  },
};
