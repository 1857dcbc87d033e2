import {
  comesLate,
  decodeMemory,
  type Engine,
  emptyMemory,
  encodeMemory,
  lookAgain,
  retrain,
  timeLimitReasons,
} from '@driftloop/continual';
import { buildReferenceProfile } from '@driftloop/drift';
import type { LabelledRows } from '@driftloop/spec';
import { openCheckpoints } from './checkpoints.ts';
import type { TrainingJob, TrainingOutcome, TrainingReport } from './job.ts';
import { peakMemoryMb } from './peak-memory.ts';

/** What a run is given by the process that it runs in. */
export interface RunHooks {
  now(): number;
  onProgress(report: TrainingReport): void;
  /** Labelled rows younger than the job's; undefined when none can be had. */
  freshRows(): Promise<LabelledRows | undefined>;
  /** Something that the run goes on without. */
  onWarning(message: string): void;
}

/**
 * Trains and judges a candidate and describes its reference, going on from the fits that a killed
 * run of the same job has finished. What passes the gate is looked at again on the rows whose
 * labels came meanwhile: the live version and those that the spec has answer in shadow may do
 * better on them. Deterministic for the same job, fresh rows and engine, unless the time limit ends
 * the run, which it then says.
 *
 * @throws DriftloopError DATA_INVALID or TRAINING_FAILED; the live version is untouched by either
 */
export async function executeJob(
  engine: Engine,
  job: TrainingJob,
  hooks: RunHooks,
): Promise<TrainingOutcome> {
  const { spec, data } = job;
  const checkpoints = job.checkpoints
    ? { checkpoints: await openCheckpoints(job.checkpoints, job, engine.name, hooks.onWarning) }
    : {};
  const result = await retrain({
    ...checkpoints,
    engine,
    live: job.model,
    earlier: job.earlier,
    spec,
    data,
    memory: job.memory ? decodeMemory(job.memory) : emptyMemory(data.width),
    strategy: job.strategy,
    budget: { maxSeconds: job.maxSeconds, maxSteps: job.maxSteps },
    seed: job.seed,
    now: hooks.now,
    onProgress: hooks.onProgress,
    measureLatency: true,
  });
  // They come from ClickHouse while the profile is made.
  const fresh = result.accepted ? hooks.freshRows() : undefined;
  const { judged } = result;
  const profile = buildReferenceProfile({
    spec,
    data,
    heldOut: { data: judged.rows, outputs: judged.outputs },
    // Sketches made for the live version then merge with the new one's.
    layout: job.profile.layout,
  });
  const rows = await fresh;
  const overruled =
    rows?.width === data.width
      ? await lookAgain({
          engine,
          spec,
          candidate: result.model,
          live: { version: job.version, model: job.model },
          earlier: job.earlier,
          fresh: rows,
        })
      : undefined;
  return {
    model: result.model,
    memory: encodeMemory(result.memory),
    profile,
    accepted: result.accepted && overruled === undefined,
    isLate: comesLate(data, rows, spec.window.lengthMs),
    restoreVersion:
      overruled === undefined || overruled.version === job.version
        ? result.restoreVersion
        : overruled.version,
    reasons:
      overruled === undefined
        ? result.reasons
        : [overruled.reason, ...timeLimitReasons(result.metrics.stoppedByTime ?? 0, job.maxSeconds)],
    // The most that this process has held: the device's part of it is what the budget is about.
    metrics: { ...result.metrics, peakMemoryMb: peakMemoryMb() },
    engine: engine.name,
  };
}
