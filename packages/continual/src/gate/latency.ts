import { type Engine, findHead } from '@driftloop/autodiff';
import { parseModel } from '@driftloop/onnx';
import { answer } from '../predict.ts';
import type { Check } from './check.ts';
import type { GateSettings } from './settings.ts';

/** Rows of one measured run, and runs per model. */
const ROWS = 64;
const RUNS = 21;
/** Differences below this are noise of the clock and the machine, in milliseconds. */
const NOISE_MS = 0.5;

/** Whether the candidate's ONNX file answers about as fast as the live one: median of runs that alternate between the two. */
export async function checkLatency(
  engine: Engine,
  models: { readonly live: Uint8Array; readonly candidate: Uint8Array },
  features: Float32Array,
  width: number,
  now: () => number,
  settings: GateSettings,
): Promise<Check> {
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
    return compare(median(times.live), median(times.candidate), settings);
  } finally {
    await live.release();
    await candidate.release();
  }
}

function outputOf(model: Uint8Array): string {
  return findHead(parseModel(model)).output;
}

function compare(liveMs: number, candidateMs: number, settings: GateSettings): Check {
  const passed = candidateMs <= settings.latencyFactor * liveMs + NOISE_MS;
  const text =
    `${ROWS} rows take it ${candidateMs.toFixed(2)} ms, the live version ${liveMs.toFixed(2)} ms` +
    (passed ? '' : `: more than ${settings.latencyFactor} times as long`);
  return { passed, text, metrics: { latencyMs: candidateMs, liveLatencyMs: liveMs } };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
