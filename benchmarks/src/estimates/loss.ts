import { estimateLoss, fitLossEstimate } from '@driftloop/estimates';
import type { Result } from '../harness/benchmark.ts';
import { cpuSeconds, timeResult } from '../harness/measure.ts';
import { CHUNK_ROWS, type Prices, prices, WIDTH } from './prices.ts';

/**
 * How far the estimated mean absolute error of a regression is from the real one, on average over
 * chunks, and its CPU time.
 */
export function benchLoss(samples: number, peer: ReadonlyMap<string, number>): Result[] {
  const { reference, analysis } = prices();
  const fit = () => fitLossEstimate(reference, { width: WIDTH, chunkSize: CHUNK_ROWS, loss: 'absolute' });
  const fitted = fit();
  const realized = analysis.map(meanError);
  const gapTo = (estimate: (chunk: Prices) => number) =>
    analysis.reduce(
      (sum, chunk, i) => sum + Math.abs(estimate(chunk) - (realized[i] ?? Number.NaN)) / analysis.length,
      0,
    );
  const value = gapTo((chunk) => estimateLoss(fitted, chunk).estimated);
  const usual = meanError(reference);
  const without = gapTo(() => usual);
  const live = peer.get('loss mae');
  const beside = (name: string, peerValue: number, least: number): Result => ({
    metric: `loss: mean |estimated - realised| error, beside ${name}`,
    value,
    unit: 'of the unit',
    peer: name,
    peerValue,
    ratio: peerValue / value,
    bar: `ratio >= ${least}`,
    holds: peerValue / value >= least,
  });
  const times = Array.from({ length: samples }, () => {
    const seconds = cpuSeconds(() => {
      const made = fit();
      for (const chunk of analysis) estimateLoss(made, chunk);
    });
    return 1000 * seconds;
  });
  return [
    beside('the error in the reference', without, 2),
    ...(live === undefined ? [] : [beside('NannyML', live, 0.8)]),
    timeResult('loss: fit 10,000 rows, estimate 10 chunks of 1,000', times, 'ms of CPU', {
      name: 'NannyML',
      value: peer.get('loss ms'),
    }),
  ];
}

function meanError({ predicted, truth }: Prices): number {
  return truth.reduce((sum, y, i) => sum + Math.abs(y - (predicted[i] ?? Number.NaN)), 0) / truth.length;
}
