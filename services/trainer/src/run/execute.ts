import { decodeMemory, type Engine, emptyMemory, encodeMemory, retrain } from '@driftloop/continual';
import { buildReferenceProfile } from '@driftloop/drift';
import { openCheckpoints } from './checkpoints.ts';
import type { TrainingJob, TrainingOutcome, TrainingReport } from './job.ts';
import { peakMemoryMb } from './peak-memory.ts';

/**
 * Trains and judges a candidate and describes its reference, going on from the fits that a killed run of the same job has finished. Deterministic for the same job and engine, unless the time
 * budget ends the run.
 *
 * @throws DriftloopError DATA_INVALID or TRAINING_FAILED; the live version is untouched by either
 */
export async function executeJob(
  engine: Engine,
  job: TrainingJob,
  hooks: { now(): number; onProgress(report: TrainingReport): void },
): Promise<TrainingOutcome> {
  const { spec, data } = job;
  const checkpoints = job.checkpoints
    ? { checkpoints: await openCheckpoints(job.checkpoints, job, engine.name) }
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
    compareLatency: true,
  });
  const { rows, outputs } = result.judged;
  const profile = buildReferenceProfile({
    spec,
    data,
    heldOut: { data: rows, outputs },
    // Sketches made for the live version then merge with the new one's.
    layout: job.profile.layout,
  });
  return {
    model: result.model,
    memory: encodeMemory(result.memory),
    profile,
    accepted: result.accepted,
    restoreVersion: result.restoreVersion,
    reasons: result.reasons,
    // The most that this process has held: the device's part of it is what the budget is about.
    metrics: { ...result.metrics, peakMemoryMb: peakMemoryMb() },
    engine: engine.name,
  };
}
