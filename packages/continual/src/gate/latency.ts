import { type Engine, findHead } from '@driftloop/autodiff';
import { parseModel } from '@driftloop/onnx';
import { answer } from '../predict.ts';

/** Rows of one measured run, and runs per model. */
const ROWS = 64;
const RUNS = 21;

/**
 * How fast live version and candidate answer 64 rows: median of runs that alternate between the
 * two, in milliseconds. For people; nothing depends on it.
 */
export async function measureLatency(
  engine: Engine,
  models: { readonly live: Uint8Array; readonly candidate: Uint8Array },
  features: Float32Array,
  width: number,
  now: () => number,
): Promise<{ latencyMs: number; liveLatencyMs: number }> {
  const sample = features.subarray(0, Math.min(features.length, ROWS * width));
  const live = await engine.load(models.live);
  const candidate = await engine.load(models.candidate);
  const outputs = { live: outputOf(models.live), candidate: outputOf(models.candidate) };
  try {
    const times: { live: number[]; candidate: number[] } = { live: [], candidate: [] };
    for (let run = 0; run < RUNS; run++) {
      let startedAt = now();
      await answer(live, sample, width, outputs.live);
      times.live.push(now() - startedAt);
      startedAt = now();
      await answer(candidate, sample, width, outputs.candidate);
      times.candidate.push(now() - startedAt);
    }
    return { latencyMs: median(times.candidate), liveLatencyMs: median(times.live) };
  } finally {
    await live.release();
    await candidate.release();
  }
}

function outputOf(model: Uint8Array): string {
  return findHead(parseModel(model)).output;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
