import type { Engine } from '@driftloop/autodiff';
import type { ModelTask } from '@driftloop/schemas';
import { hasClasses, type LabelledRows } from '@driftloop/spec';
import type { ReplayMemory } from '../memory/replay-memory.ts';
import { predict } from '../predict.ts';
import { checkCalibration } from './calibration.ts';
import type { Check } from './check.ts';
import { checkCost } from './cost.ts';
import { checkForgetting } from './forgetting.ts';
import { measureLatency } from './latency.ts';
import { checkParity } from './parity.ts';
import { checkRecent } from './recent.ts';
import { relativeRise, type Scores, scoreAnswers } from './scores.ts';
import { DEFAULT_GATE, type GateSettings } from './settings.ts';

export interface GateOptions {
  readonly engine: Engine;
  /** ONNX file of the version that is live. */
  readonly live: Uint8Array;
  /** ONNX file that wants to take its place. */
  readonly candidate: Uint8Array;
  /** Newest labelled rows; the candidate was not trained on them. */
  readonly recent: LabelledRows;
  /** What the live version remembers. */
  readonly memory: ReplayMemory;
  readonly task: ModelTask;
  readonly settings?: Partial<GateSettings>;
  /**
   * A clock in milliseconds, to measure latencies for the metrics; the verdict depends on nothing
   * but the data and the two files.
   */
  now?(): number;
}

export interface GateVerdict {
  readonly accepted: boolean;
  /** For people: what rejects it, or when accepted, what was compared. */
  readonly reasons: string[];
  readonly metrics: Record<string, number>;
}

/**
 * Decides whether a candidate may take the live version's place: on no count may it be worse than
 * the settings allow.
 */
export async function gate(options: GateOptions): Promise<GateVerdict> {
  const settings = { ...DEFAULT_GATE, ...options.settings };
  const { engine, live, candidate, recent, memory, task } = options;
  const liveRecent = await score(engine, live, recent, task);
  const candidateRecent = await score(engine, candidate, recent, task);
  const checks: Check[] = [checkRecent(liveRecent.scores, candidateRecent.scores, task, settings)];
  const liveMemory = await score(engine, live, memory.rows, task);
  const candidateMemory = await score(engine, candidate, memory.rows, task);
  const gain = gainOn(liveRecent.scores, candidateRecent.scores, task);
  checks.push(checkForgetting(liveMemory.scores, candidateMemory.scores, gain, task, settings));
  if (hasClasses(task)) checks.push(checkCalibration(liveRecent.scores, candidateRecent.scores, settings));
  if (recent.rows > 0) {
    checks.push(await checkParity(engine, candidate, recent, candidateRecent.outputs, task, settings));
  }
  checks.push(checkCost(live, candidate, settings));
  const latency =
    options.now && recent.rows > 0
      ? await measureLatency(engine, { live, candidate }, recent.features, recent.width, options.now)
      : {};
  const failed = checks.filter((check) => !check.passed);
  return {
    accepted: failed.length === 0,
    reasons: (failed.length === 0 ? checks : failed).map((check) => check.text),
    metrics: Object.assign({}, ...checks.map((check) => check.metrics), latency),
  };
}

async function score(
  engine: Engine,
  model: Uint8Array,
  rows: LabelledRows,
  task: ModelTask,
): Promise<{ scores: Scores; outputs: Float32Array }> {
  const { outputs } = await predict(engine, model, rows.features, rows.width);
  return { scores: scoreAnswers(outputs, rows, task), outputs };
}

function gainOn(live: Scores, candidate: Scores, task: ModelTask): number {
  if (hasClasses(task)) return candidate.accuracy - live.accuracy;
  return -relativeRise(candidate.loss, live.loss);
}
