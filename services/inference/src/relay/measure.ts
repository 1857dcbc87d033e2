import type { Clock } from '@driftloop/service';
import type { Meters } from '../meters.ts';
import type { SwapGaps } from '../serving/swap-gaps.ts';
import type { AnsweredBatch } from './answer-batch.ts';
import type { Batch } from './batch.ts';

/**
 * Every how many requests the latency is measured: an observation costs about as much as encoding
 * an answer.
 */
const LATENCY_STRIDE = 16;

/**
 * Measures a batch whose answers have been acknowledged.
 * @param inHandSince monotonic milliseconds
 */
export function measure(
  { records, partition, highWatermark, lastOffset }: Batch,
  { routes }: AnsweredBatch,
  inHandSince: number,
  {
    gaps,
    meters,
    clock,
  }: {
    readonly gaps: SwapGaps;
    readonly meters: Meters;
    readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  },
): void {
  const answeredAt = clock.monotonicMs();
  for (const { model, route, answers } of routes) {
    gaps.answered(model, route.live.version, inHandSince, answeredAt);
    for (const { version, role, result } of answers) {
      meters.predictions.inc({ model, version, role }, result.predicted.length - result.failures.length);
      meters.runMs.observe({ model, version }, result.runMs);
    }
  }
  meters.batchRows.observe(records.length);
  meters.lag.set({ partition }, Math.max(0, highWatermark - lastOffset - 1));
  const now = clock.now();
  for (let index = 0; index < records.length; index += LATENCY_STRIDE) {
    meters.latencyMs.observe(Math.max(0, now - (records[index]?.timestamp ?? now)));
  }
}
