import { chiSquare } from '../statistics/counts.ts';
import { CLASS_CELLS, joinRare } from '../statistics/rare.ts';
import { classParts, largestMove } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { shares } from '../words.ts';
import { classCounts, type PredictionTest } from './window.ts';

/** Chi-square of the predicted classes against the reference. */
export const CLASSES_TEST: PredictionTest = {
  name: 'classes',
  byDefault: true,
  words: (item) => shares(item, 'the predicted classes come in other shares'),
  run(window) {
    const { layout } = window.profile.outputs;
    if (layout.classes === 0) return { findings: [] };
    const counts = classCounts(window);
    const detail = largestMove(counts, classParts(layout), 'the answers');
    return {
      findings: [findingOf(window, { ...chiSquare(joinRare(counts, CLASS_CELLS), window.alpha), detail })],
    };
  },
};
