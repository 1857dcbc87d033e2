import { type EngineTensor, float32Data } from '../engine.ts';
import { OUTPUTS } from '../step/names.ts';
import type { StepResult } from './step-runner.ts';

/** What a run of a training graph has measured. */
export function readResult(outputs: Readonly<Record<string, EngineTensor>>): StepResult {
  return {
    loss: float32Data(outputs, OUTPUTS.loss)[0] ?? Number.NaN,
    labelLoss: float32Data(outputs, OUTPUTS.labelLoss)[0] ?? Number.NaN,
    logits: float32Data(outputs, OUTPUTS.logits),
  };
}

/** Results of consecutive rows as one. */
export function sumResults(parts: readonly Readonly<Record<string, EngineTensor>>[]): StepResult {
  const results = parts.map(readResult);
  const logits = new Float32Array(results.reduce((length, part) => length + part.logits.length, 0));
  let at = 0;
  let loss = 0;
  let labelLoss = 0;
  for (const part of results) {
    logits.set(part.logits, at);
    at += part.logits.length;
    loss += part.loss;
    labelLoss += part.labelLoss;
  }
  return { loss, labelLoss, logits };
}
