import { shapeOf } from '../../layout/input-layout.ts';
import type { IntegerVector } from '../../sketch/integer-vector.ts';
import { countsProblem, sumsProblem } from '../../sketch/integer-vector.ts';
import type { ContentCheck } from '../signal-kind.ts';

/** A row is counted once in each feature, and takes part in the multivariate sums or does not. */
export const DATA_CHECK: ContentCheck<IntegerVector> = {
  layoutId: ({ layout }) => layout.id,
  isOf: (vector, { layout }) => vector.length === shapeOf(layout).length,
  problem({ content, n }, profile) {
    if (!profile) return undefined;
    const { layout } = profile;
    const shape = shapeOf(layout);
    for (const [feature, { name }] of layout.features.entries()) {
      const from = shape.firstBin[feature] ?? 0;
      const bins = content.subarray(from, from + (shape.bins[feature] ?? 0) + 2);
      const problem = countsProblem(bins, n);
      if (problem !== undefined) return `feature '${name}' ${problem}`;
    }
    const sampled = layout.multivariate ? (content[shape.multivariate] ?? 0) : 0;
    if (sampled < 0 || sampled > n) return `${sampled} of ${n} rows are in its multivariate part`;
    return sumsProblem(content.subarray(shape.sums), n);
  },
};
