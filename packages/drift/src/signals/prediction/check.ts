import { outputShapeOf } from '../../layout/output-layout.ts';
import type { IntegerVector } from '../../sketch/integer-vector.ts';
import { countsProblem, sumsProblem } from '../../sketch/integer-vector.ts';
import type { ContentCheck } from '../signal-kind.ts';

/**
 * An answer is counted once among the classes, where there are any, and once among the values of
 * each output.
 */
export const PREDICTION_CHECK: ContentCheck<IntegerVector> = {
  layoutId: ({ outputs }) => outputs.layout.id,
  isOf: (vector, { outputs }) => vector.length === outputShapeOf(outputs.layout).length,
  problem({ content, n }, profile) {
    if (!profile) return undefined;
    const { layout } = profile.outputs;
    const shape = outputShapeOf(layout);
    const classes = layout.classes > 0 ? countsProblem(content, shape.classes, shape.bins, n) : undefined;
    if (classes !== undefined) return `its classes: ${classes}`;
    for (const [i, start] of shape.outputBins.entries()) {
      const values = countsProblem(content, start, shape.outputBins[i + 1] ?? shape.sums, n);
      if (values !== undefined) return `its values: ${values}`;
    }
    return sumsProblem(content, shape.sums, n);
  },
};
