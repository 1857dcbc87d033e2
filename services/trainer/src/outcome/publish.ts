import { splitMeasured } from '@driftloop/continual';
import type { ModelEntry, Registry } from '@driftloop/registry';
import type { RetrainCommand } from '@driftloop/schemas';
import { dataDigest } from '../run/data-digest.ts';
import type { TrainingJob, TrainingOutcome } from '../run/job.ts';

/**
 * Stores the candidate's artifact, with all that it takes to train it again in its manifest, and tells
 * model.events: candidate, then published or rejected with the reasons.
 *
 * @returns the version number it got
 */
export async function publishOutcome(
  command: RetrainCommand,
  entry: ModelEntry,
  job: TrainingJob,
  outcome: TrainingOutcome,
  registry: Registry,
): Promise<number> {
  return registry.addCandidate({
    model: command.model,
    parentVersion: entry.state.live ?? command.baseVersion,
    commandId: command.commandId,
    eventTime: command.eventTime,
    onnx: outcome.model,
    profile: outcome.profile,
    memory: outcome.memory,
    ...splitMeasured(outcome.metrics),
    accepted: outcome.accepted,
    reasons: outcome.reasons,
    actor: 'trainer',
    lineage: {
      strategy: command.strategy,
      selection: command.selection,
      labelsThrough: command.labelsThrough,
      rows: job.data.rows,
      dataSha256: dataDigest(job.data),
      seed: job.seed,
      budget: { maxSeconds: job.maxSeconds, maxSteps: job.maxSteps },
      engine: { name: outcome.engine, ...job.engine },
      node: process.version,
    },
  });
}
