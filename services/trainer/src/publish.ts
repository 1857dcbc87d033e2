import type { ModelEntry, Registry } from '@driftloop/registry';
import type { RetrainCommand } from '@driftloop/schemas';
import type { TrainingOutcome } from './run/job.ts';

/**
 * Stores the candidate's artifact and tells model.events: candidate, then published or rejected with the reasons.
 *
 * @returns the version number it got
 */
export async function publishOutcome(
  command: RetrainCommand,
  entry: ModelEntry,
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
    metrics: outcome.metrics,
    accepted: outcome.accepted,
    reasons: outcome.reasons,
    actor: 'trainer',
    lineage: {
      strategy: command.strategy,
      selection: command.selection,
      labelsThrough: command.labelsThrough,
    },
  });
}
