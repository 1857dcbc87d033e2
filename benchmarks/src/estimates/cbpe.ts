import {
  type CbpeReference,
  estimatePerformance,
  fitCbpe,
  type LabelledAnswers,
  METRICS,
  type MetricName,
  realizedPerformance,
} from '@driftloop/estimates';
import { createRandom } from '@driftloop/stats';
import { readVectors } from '@driftloop/vectors';
import type { Result } from '../harness/benchmark.ts';
import { cpuSeconds, timeResult } from '../harness/measure.ts';
import { carLoans, sliceAnswers } from './car-loans.ts';

const CHUNK_ROWS = 5000;

interface RecordedChunk extends Record<string, unknown> {
  readonly period: string;
}

/**
 * How far the estimate of each metric is from what the labels say, on average over the chunks after
 * the reference, and its CPU time.
 */
export function benchCbpe(samples: number, peer: ReadonlyMap<string, number>): Result[] {
  const { reference, analysis } = carLoans();
  const chunks = Array.from({ length: analysis.predicted.length / CHUNK_ROWS }, (_, i) =>
    sliceAnswers(analysis, i * CHUNK_ROWS, (i + 1) * CHUNK_ROWS),
  );
  const fit = () => fitCbpe(reference, { classes: 2, chunkSize: CHUNK_ROWS, random: createRandom(1) });
  const fitted = fit();
  const times = Array.from({ length: samples }, () => {
    const seconds = cpuSeconds(() => {
      const made = fit();
      for (const chunk of chunks) estimatePerformance(made, chunk);
    });
    return 1000 * seconds;
  });
  return [
    ...METRICS.map((metric) => errorOf(metric, fitted, reference, chunks, peer)),
    timeResult('cbpe: fit 50,000 rows, estimate 10 chunks of 5,000', times, 'ms of CPU', {
      name: 'NannyML',
      value: peer.get('cbpe ms'),
    }),
  ];
}

function errorOf(
  metric: MetricName,
  fitted: CbpeReference,
  reference: LabelledAnswers,
  chunks: readonly LabelledAnswers[],
  peer: ReadonlyMap<string, number>,
): Result {
  const realized = chunks.map((chunk) => realizedPerformance(chunk, 2)[metric]);
  const estimated = chunks.map((chunk) => estimatePerformance(fitted, chunk)[metric].estimated);
  const usual = realizedPerformance(reference, 2)[metric];
  const value = meanGap(estimated, realized);
  const live = peer.get(`cbpe ${nannymlName(metric)}`);
  const peerValue = live ?? recordedGap(metric);
  const ratio = peerValue / value;
  return {
    metric: `cbpe: ${metric}, mean |estimated - realised|`,
    value,
    unit: 'of 1',
    peer: live === undefined ? 'NannyML, recorded' : 'NannyML',
    peerValue,
    ratio,
    bar: 'ratio >= 0.99',
    holds: ratio >= 0.99,
    figures: {
      // What there would be to go by: how the model did in the reference.
      withoutEstimate: meanGap(
        realized.map(() => usual),
        realized,
      ),
    },
  };
}

/** Of the answers of NannyML in the project's reference vectors. */
function recordedGap(metric: MetricName): number {
  const { chunks } = readVectors<{ chunks: readonly RecordedChunk[] }>('cbpe_full_carloan.json');
  const values = chunks
    .filter(({ period }) => period === 'analysis')
    .map((chunk) => chunk[nannymlName(metric)] as { estimated: number; realized: number });
  return meanGap(
    values.map(({ estimated }) => estimated),
    values.map(({ realized }) => realized),
  );
}

function nannymlName(metric: MetricName): string {
  return metric === 'rocAuc' ? 'roc_auc' : metric;
}

function meanGap(estimated: readonly number[], realized: readonly number[]): number {
  const gaps = realized.map((value, i) => Math.abs(value - (estimated[i] ?? Number.NaN)));
  return gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}
