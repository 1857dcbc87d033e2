import { decodeMemory, type Engine, emptyMemory, encodeMemory, makeCandidate } from '@driftloop/continual';
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
 * Trains and judges a candidate, going on from the fits that a killed run of the same job has
 * finished. Deterministic for the same job, fresh rows and engine, unless the time limit ends the
 * run, which it then says.
 *
 * @throws DriftloopError DATA_INVALID or TRAINING_FAILED; the live version is untouched by either
 */
export async function executeJob(
  engine: Engine,
  job: TrainingJob,
  hooks: RunHooks,
): Promise<TrainingOutcome> {
  const { spec, data, earlier, strategy, seed, version, model, profile } = job;
  const checkpoints = job.checkpoints
    ? { checkpoints: await openCheckpoints(job.checkpoints, job, engine.name, hooks.onWarning) }
    : {};
  const candidate = await makeCandidate({
    ...checkpoints,
    engine,
    live: { version, model, profile },
    earlier,
    spec,
    data,
    memory: job.memory ? decodeMemory(job.memory) : emptyMemory(data.width),
    strategy,
    budget: { maxSeconds: job.maxSeconds, maxSteps: job.maxSteps },
    seed,
    now: hooks.now,
    onProgress: hooks.onProgress,
    measureLatency: true,
    freshRows: hooks.freshRows,
  });
  return {
    ...candidate,
    memory: encodeMemory(candidate.memory),
    // The most that this process has held: the device's part of it is what the budget is about.
    metrics: { ...candidate.metrics, peakMemoryMb: peakMemoryMb() },
    engine: engine.name,
  };
}
