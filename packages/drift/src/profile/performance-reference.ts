import {
  fitExpectation,
  LOSSES,
  METRICS,
  type MetricReference,
  realizedPerformance,
  referenceLosses,
  referenceMetrics,
} from '@driftloop/estimates';
import type { ModelSpec } from '@driftloop/schemas';
import { hasClasses, type LabelledRows, slotsOf } from '@driftloop/spec';
import { type EstimateLayout, MOST_CLASSES } from '../layout/estimate-layout.ts';
import type { Block } from './dispersion.ts';
import { quantileEdges } from './edges.ts';
import type { PerformanceReference, ReferenceMetric } from './reference-profile.ts';

/** Bins of scores in all classes together: how finely ROC AUC is told, and the size of a sketch. */
const SCORE_BINS = 128;
const MOST_BINS = 64;

/**
 * How a version's answers are summed for its estimates.
 *
 * @returns undefined for rankings, and for more classes than have sums of their own
 */
export function estimateLayout(
  spec: ModelSpec,
  outputs: Float32Array,
  predicted: Float64Array,
  labels: Float32Array,
): EstimateLayout | undefined {
  const rows = predicted.length;
  if (!hasClasses(spec.task)) {
    if (spec.task !== 'regression') return undefined;
    const { mae, mse } = realizedLosses(predicted, labels);
    return { scores: [], losses: [mae, mse].map((loss) => (loss > 0 && Number.isFinite(loss) ? loss : 1)) };
  }
  const width = outputs.length / rows;
  const judged = judgedOutputs(spec.classes, width);
  if (spec.classes > MOST_CLASSES) return undefined;
  const bins = Math.min(MOST_BINS, Math.floor(SCORE_BINS / judged.length));
  return {
    scores: judged.map((output) =>
      quantileEdges(
        Float32Array.from({ length: rows }, (_, row) => outputs[row * width + output] ?? 0).sort(),
        {
          bins,
        },
      ),
    ),
    losses: [],
  };
}

/** What a version's estimates are made from and compared with. */
export function performanceReference(
  spec: ModelSpec,
  data: LabelledRows,
  outputs: Float32Array,
  predicted: Float64Array,
  blocks: readonly Block[],
): PerformanceReference {
  const { features, width, rows } = data;
  const { featureAt } = slotsOf(spec.features);
  const { expectation, residuals } = fitExpectation({
    features,
    width,
    // The number of a text is a place in a list.
    columns: featureAt.flatMap((feature, slot) => (spec.features[feature]?.kind === 'text' ? [] : [slot])),
    outputs,
    predicted,
    truth: data.labels,
    classes: spec.classes,
  });
  const [block] = blocks;
  const chunkRows = block ? block.to - block.from : rows;
  const metrics = hasClasses(spec.task)
    ? classMetrics(spec.classes, outputs, predicted, data.labels, chunkRows)
    : lossMetrics(predicted, data.labels, chunkRows);
  return { expectation, residuals, rows, metrics };
}

function classMetrics(
  classes: number,
  outputs: Float32Array,
  predicted: Float64Array,
  labels: Float32Array,
  chunkRows: number,
): Record<string, ReferenceMetric> {
  const width = outputs.length / predicted.length;
  const judged = judgedOutputs(classes, width);
  const probabilities = Float64Array.from({ length: predicted.length * judged.length }, (_, i) => {
    const score = outputs[Math.floor(i / judged.length) * width + (judged[i % judged.length] ?? 0)] ?? 0;
    return Math.min(1, Math.max(0, score));
  });
  const answers = {
    probabilities,
    predicted: predicted.map((answer) => Math.min(classes - 1, Math.max(0, Math.trunc(answer)))),
    truth: labels,
  };
  const values = realizedPerformance(answers, classes);
  return told(METRICS, values, referenceMetrics(answers, classes, chunkRows));
}

function lossMetrics(
  predicted: Float64Array,
  labels: Float32Array,
  chunkRows: number,
): Record<string, ReferenceMetric> {
  const errors = predicted.map((answer, row) => answer - (labels[row] ?? 0));
  return told(LOSSES, realizedLosses(predicted, labels), referenceLosses(errors, chunkRows));
}

const NOT_KNOWN: ReferenceMetric = { value: null, lower: 0, upper: 0, unitError: 0 };

function told<Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<Name, number>>,
  references: Readonly<Record<Name, MetricReference>>,
): Record<string, ReferenceMetric> {
  return Object.fromEntries(
    names.map((name): [string, ReferenceMetric] => {
      const { lower, upper, unitError } = references[name];
      const value = values[name];
      // JSON knows neither NaN nor infinities: a metric that the reference lacks is not estimated.
      const isKnown = [value, lower, upper, unitError].every(Number.isFinite);
      return [name, isKnown ? { value, lower, upper, unitError } : NOT_KNOWN];
    }),
  );
}

function realizedLosses(predicted: Float64Array, labels: Float32Array) {
  let absolute = 0;
  let squared = 0;
  for (const [row, answer] of predicted.entries()) {
    const error = answer - (labels[row] ?? 0);
    absolute += Math.abs(error);
    squared += error * error;
  }
  const rows = Math.max(1, predicted.length);
  return { mae: absolute / rows, mse: squared / rows, rmse: Math.sqrt(squared / rows) };
}

/** Numbers of an answer that are the scores of the classes judged. */
function judgedOutputs(classes: number, width: number): number[] {
  return classes === 2 ? [width - 1] : Array.from({ length: classes }, (_, k) => k);
}
