import { chiSquare } from '../statistics/counts.ts';
import { CLASS_CELLS, joinRare } from '../statistics/rare.ts';
import { classParts, largestMove } from '../statistics/shares.ts';
import { findingOf } from '../window-test.ts';
import { shares } from '../words.ts';
import type { ConceptTest } from './window.ts';

/**
 * Chi-square of the true classes against the reference: whether the classes come as often as they
 * did.
 */
export const LABELS_TEST: ConceptTest = {
  name: 'labels',
  byDefault: true,
  // That a class comes more often makes no answer wrong.
  weight: 0,
  words: (item) => shares(item, 'the true classes come in other shares'),
  run(window) {
    const { layout, labels } = window.profile.outputs;
    if (layout.classes === 0) return { findings: [] };
    const counts = new Float64Array(layout.classes + 1);
    for (const { label } of window.content) {
      const bin = Number.isInteger(label) && label >= 0 && label < layout.classes ? label : layout.classes;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const pair = { reference: labels.counts, window: counts, effective: window.n / labels.dispersion };
    const detail = largestMove(pair, classParts(layout), 'the labels');
    return {
      findings: [findingOf(window, { ...chiSquare(joinRare(pair, CLASS_CELLS), window.alpha), detail })],
    };
  },
};
