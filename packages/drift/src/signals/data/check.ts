import { LAG_BINS } from '../../layout/fault-layout.ts';
import { type DataShape, type FeatureLayout, shapeOf, WORD_BITS } from '../../layout/input-layout.ts';
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
      const problem = countsProblem(content, from, from + (shape.bins[feature] ?? 0) + 2, n);
      if (problem !== undefined) return `feature '${name}' ${problem}`;
    }
    const sampled = layout.multivariate ? (content[shape.multivariate] ?? 0) : 0;
    if (sampled < 0 || sampled > n) return `${sampled} of ${n} rows are in its multivariate part`;
    for (const [feature, layoutOf] of layout.features.entries()) {
      const from = shape.own[feature] ?? 0;
      // The first entry of an embedding counts rows, and all of a text do.
      const counts = layoutOf.kind === 'embedding' && layoutOf.fourier ? 1 : wordEntries(layoutOf);
      const wrong =
        counts === 0
          ? undefined
          : content.subarray(from, from + counts).find((count) => count < 0 || count > n);
      if (wrong !== undefined) return `feature '${layoutOf.name}' counts ${wrong} of ${n} rows`;
    }
    return faultsProblem(content, shape, n) ?? sumsProblem(content, shape.sums, n);
  },
};

/** Each row is in one bin of rows and in one of lags. */
function faultsProblem(content: IntegerVector, { faults }: DataShape, n: number): string | undefined {
  if (!faults) return undefined;
  const rows = countsProblem(content, faults.rows, faults.lags, n);
  const lags = countsProblem(content, faults.lags, faults.lags + LAG_BINS, n);
  return rows === undefined ? lags && `of its lags it ${lags}` : `of whole rows it ${rows}`;
}

function wordEntries(feature: FeatureLayout): number {
  return feature.kind === 'text' ? feature.words.length + feature.others * (1 + WORD_BITS) : 0;
}
