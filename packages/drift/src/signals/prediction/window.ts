import { OUTPUT_BITS, OUTPUT_SUMS, outputShapeOf } from '../../layout/output-layout.ts';
import type { IntegerVector } from '../../sketch/integer-vector.ts';
import { type CountPair, totalOf } from '../statistics/counts.ts';
import type { TestedWindow, WindowTest } from '../window-test.ts';

export type PredictionWindow = TestedWindow<IntegerVector>;
export type PredictionTest = WindowTest<IntegerVector>;

/** Predicted classes. */
export function classCounts({ profile, content }: PredictionWindow): CountPair {
  const { layout, classes } = profile.outputs;
  const shape = outputShapeOf(layout);
  const window = content.subarray(shape.classes, shape.bins);
  return { reference: classes.counts, window, effective: totalOf(window) / classes.dispersion };
}

/** Confidence of the predicted class, or the predicted value of a regression. */
export function valueCounts({ profile, content }: PredictionWindow): CountPair {
  const { layout, values } = profile.outputs;
  const shape = outputShapeOf(layout);
  const window = content.subarray(shape.bins, shape.sums);
  return { reference: values.counts, window, effective: totalOf(window) / values.dispersion };
}

/** The answers of each of several outputs, by its name; none where an answer is told as a whole. */
export function outputCounts({ profile, content }: PredictionWindow): (CountPair & { name: string })[] {
  const { layout, outputs = [] } = profile.outputs;
  const { outputBins, sums } = outputShapeOf(layout);
  return (layout.outputs ?? []).map(({ name }, i) => {
    const { counts, dispersion } = outputs[i] ?? { counts: [], dispersion: 1 };
    const window = content.subarray(outputBins[i], outputBins[i + 1] ?? sums);
    return { name, reference: counts, window, effective: totalOf(window) / dispersion };
  });
}

/** Mean over the window's rows of one of the sketch's sums. */
export function meanOf(window: PredictionWindow, sum: (typeof OUTPUT_SUMS)[number]): number {
  const { sums } = outputShapeOf(window.profile.outputs.layout);
  const total = window.content[sums + OUTPUT_SUMS.indexOf(sum)] ?? 0;
  return window.n > 0 ? total / 2 ** OUTPUT_BITS / window.n : 0;
}
