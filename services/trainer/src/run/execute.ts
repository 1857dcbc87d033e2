import type { Engine } from '@driftloop/autodiff';
import {
  decodeMemory,
  emptyMemory,
  encodeMemory,
  gate,
  holdOutNewest,
  predict,
  train,
} from '@driftloop/continual';
import { buildReferenceProfile } from '@driftloop/drift';
import type { TrainingJob, TrainingOutcome, TrainingReport } from './job.ts';

/**
 * Trains a candidate on the older rows of a job, judges it against the live version on the newest and on the replay
 * memory, and describes its reference. Deterministic for the same job and engine.
 *
 * @throws DriftloopError DATA_INVALID or TRAINING_FAILED; the live version is untouched by either
 */
export async function executeJob(
  engine: Engine,
  job: TrainingJob,
  hooks: { now(): number; onProgress(report: TrainingReport): void; onValidating(): void },
): Promise<TrainingOutcome> {
  const { spec } = job;
  const { training, heldOut } = holdOutNewest(job.data, job.holdoutShare);
  const memory = job.memory ? decodeMemory(job.memory) : emptyMemory(training.width);
  const candidate = await train({
    engine,
    model: job.model,
    spec,
    data: training,
    memory,
    strategy: job.strategy,
    budget: { maxSeconds: job.maxSeconds, maxSteps: job.maxSteps },
    seed: job.seed,
    now: hooks.now,
    onProgress: hooks.onProgress,
  });
  hooks.onValidating();
  const verdict = await gate({
    engine,
    live: job.model,
    candidate: candidate.model,
    recent: heldOut,
    memory,
    task: spec.task,
  });
  const { outputs } = await predict(engine, candidate.model, heldOut.features, heldOut.width);
  const profile = buildReferenceProfile({
    spec,
    data: training,
    heldOut: { data: heldOut, outputs },
    layout: job.profile.layout,
  });
  return {
    model: candidate.model,
    memory: encodeMemory(candidate.memory),
    profile,
    accepted: verdict.accepted,
    reasons: verdict.reasons,
    metrics: { ...candidate.metrics, ...verdict.metrics },
  };
}
