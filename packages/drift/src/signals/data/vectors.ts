import { shapeOf } from '../../layout/input-layout.ts';
import { SUM_BITS } from '../../sketch/data-sketch.ts';
import { kernelShift } from '../statistics/kernel-shift.ts';
import { adjusted } from '../statistics/per-feature.ts';
import { measured, rounded } from '../words.ts';
import type { DataTest } from './window.ts';

/**
 * Maximum mean discrepancy of each embedding, as {@link MMD_TEST} has it of all features together:
 * whether its vectors lie elsewhere than the reference's, also at the same distance from their
 * mean.
 */
export const VECTORS_TEST: DataTest = {
  name: 'vectors',
  byDefault: true,
  applies: ({ layout }) => layout.features.some(({ kind }) => kind === 'embedding'),
  words: (item) =>
    measured(
      item,
      `the vectors of ${item.feature} lie elsewhere than the reference's, their mean discrepancy is`,
      rounded,
    ),
  run(window) {
    const { layout, features } = window.profile;
    const { own } = shapeOf(layout);
    const embeddings = layout.features.filter(({ kind }) => kind === 'embedding').length;
    const distances = layout.features.flatMap(({ name }, i) => {
      const reference = features[i]?.vectors;
      const at = own[i] ?? 0;
      const rows = window.content[at] ?? 0;
      if (!reference || rows === 0 || !(reference.trace > 0)) return [];
      let distance = 0;
      reference.mean.forEach((expected, j) => {
        const mean = (window.content[at + 1 + j] ?? 0) / 2 ** SUM_BITS / rows;
        distance += (mean - expected) ** 2;
      });
      const alpha = window.alpha / embeddings;
      return [{ feature: name, ...kernelShift(reference, distance, rows, reference.mean.length, alpha) }];
    });
    return { findings: adjusted(window, distances) };
  },
};
