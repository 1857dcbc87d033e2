import { biasBound, expectedMetrics, type LOSSES, METRICS, runningAccuracy } from '@driftloop/estimates';
import { normalQuantile } from '@driftloop/stats';
import { BIN_ENTRIES, CLASS_ENTRIES, entriesOfClass } from '../../layout/estimate-layout.ts';
import { OUTPUT_BITS, OUTPUT_SUMS, outputShapeOf } from '../../layout/output-layout.ts';
import type { ReferenceMetric } from '../../profile/reference-profile.ts';
import type { PredictionWindow } from './window.ts';

/** A metric of a window, estimated without labels. */
export interface EstimatedMetric {
  readonly metric: string;
  readonly value: number;
  /** What it was on the reference, with the truth. */
  readonly reference: number;
  /** Half the width of its 95 % interval. */
  readonly halfWidth: number;
  /** Beyond these it is unlike the reference's chunks. */
  readonly limits: Pick<ReferenceMetric, 'lower' | 'upper'>;
  /** Its standard error: of its expectation, and of what a window's rows make of that. */
  readonly standardError: number;
}

/** The chance that an interval does not hold. */
const ALPHA = 0.05;

/** Estimates of all metrics; none where nothing is expected of the truth. */
export function estimatedMetrics(window: PredictionWindow): EstimatedMetric[] {
  const { performance, layout } = window.profile.outputs;
  if (!performance || !layout.estimates) return [];
  const { values, rows } = layout.classes > 0 ? classValues(window) : lossValues(window);
  if (rows === 0) return [];
  return Object.entries(values).flatMap(([metric, value]) => {
    const reference = performance.metrics[metric];
    if (!reference || reference.value === null || !Number.isFinite(value)) return [];
    const { lower, upper } = reference;
    const standardError = standardErrorOf(window, rows, reference);
    const halfWidth =
      metric === 'accuracy' ? accuracyHalfWidth(window, rows) : normalQuantile(1 - ALPHA / 2) * standardError;
    return [
      { metric, value, reference: reference.value, halfWidth, limits: { lower, upper }, standardError },
    ];
  });
}

/** Sums over the windows of a version so far; a JSON value. */
export interface SoFar {
  readonly rows: number;
  readonly expectedHits: number;
  readonly expectedVariance: number;
}

/** Adds a window to those of its version before it. @param before as it was remembered */
export function addWindow(before: unknown, window: PredictionWindow): SoFar {
  const { rows = 0, expectedHits = 0, expectedVariance = 0 } = (before ?? {}) as Partial<SoFar>;
  return {
    rows: rows + window.n,
    expectedHits: expectedHits + sumOf(window, 'expectedCorrect'),
    expectedVariance: expectedVariance + sumOf(window, 'expectedVariance'),
  };
}

/**
 * The accuracy since the version began, with bounds that hold at every window at once as long as
 * expectations are as right as they were on the reference. Its rows count as many times fewer as
 * its windows vary more than independent rows would.
 */
export function accuracySoFar({ rows, expectedHits, expectedVariance }: SoFar, window: PredictionWindow) {
  const { performance, score, layout } = window.profile.outputs;
  if (!performance || layout.classes === 0 || rows === 0) return undefined;
  const { residuals } = performance;
  return runningAccuracy(
    {
      labelled: 0,
      hits: 0,
      unlabelled: rows,
      expectedHits,
      expectedVariance: score.dispersion * expectedVariance,
      residuals: { ...residuals, squares: score.dispersion * residuals.squares },
    },
    ALPHA,
  );
}

/**
 * What the labels of the window will say of its accuracy lies so far from the estimate at most: as
 * far as the expectation may be off by what the reference has shown of it, which holds at every
 * row, and as far as chance takes the window's own labels. Each has half of the doubt.
 */
function accuracyHalfWidth(window: PredictionWindow, rows: number): number {
  const { performance, score } = window.profile.outputs;
  if (!performance) return Number.NaN;
  const { residuals } = performance;
  const bias = biasBound({ rows: residuals.rows, squares: residuals.squares * score.dispersion }, ALPHA / 2);
  const seen = Math.abs(residuals.sum / Math.max(1, residuals.rows));
  const chance = Math.sqrt((score.dispersion * sumOf(window, 'expectedVariance')) / rows / rows);
  return Math.min(1, bias + seen + normalQuantile(1 - ALPHA / 4) * chance);
}

/** Of a mean or a ratio: sampling of the window and of the reference, with its dispersion. */
function standardErrorOf(window: PredictionWindow, rows: number, { unitError }: ReferenceMetric): number {
  const { performance, score } = window.profile.outputs;
  return unitError * Math.sqrt(score.dispersion * (1 / rows + 1 / Math.max(1, performance?.rows ?? 1)));
}

function classValues(window: PredictionWindow): { values: Record<string, number>; rows: number } {
  const { layout } = window.profile.outputs;
  const shape = outputShapeOf(layout);
  const { content } = window;
  const rows = content[shape.estimates] ?? 0;
  let at = shape.estimates + 1;
  const classes = (layout.estimates?.scores ?? []).map((edges, k, all) => {
    const start = at;
    at += entriesOfClass(edges);
    const sum = (i: number) => (content[start + i] ?? 0) / 2 ** OUTPUT_BITS;
    return {
      answered: content[shape.classes + (all.length === 1 ? 1 : k)] ?? 0,
      truePositive: sum(0),
      positives: sum(1),
      scores: Array.from({ length: edges.length + 1 }, (_, bin) => ({
        rows: content[start + CLASS_ENTRIES + BIN_ENTRIES * bin] ?? 0,
        positives: sum(CLASS_ENTRIES + BIN_ENTRIES * bin + 1),
      })),
    };
  });
  const metrics = rows > 0 ? expectedMetrics(rows, classes) : undefined;
  return { rows, values: metrics ? Object.fromEntries(METRICS.map((name) => [name, metrics[name]])) : {} };
}

function lossValues(window: PredictionWindow): { values: Record<string, number>; rows: number } {
  const { layout } = window.profile.outputs;
  const { estimates } = outputShapeOf(layout);
  const rows = window.content[estimates] ?? 0;
  const [mae = Number.NaN, mse = Number.NaN] = (layout.estimates?.losses ?? []).map(
    (unit, i) => (unit * (window.content[estimates + 1 + i] ?? 0)) / 2 ** OUTPUT_BITS / rows,
  );
  const values: Record<(typeof LOSSES)[number], number> = { mae, mse, rmse: Math.sqrt(mse) };
  return { rows, values: rows > 0 ? values : {} };
}

function sumOf({ profile, content }: PredictionWindow, sum: (typeof OUTPUT_SUMS)[number]): number {
  const { sums } = outputShapeOf(profile.outputs.layout);
  return (content[sums + OUTPUT_SUMS.indexOf(sum)] ?? 0) / 2 ** OUTPUT_BITS;
}
