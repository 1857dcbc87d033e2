import { type RetrainOrder, settleRollout, splitMeasured } from '@driftloop/continual';
import { type ModelEntry, type ModelState, objectionTo, type Registry } from '@driftloop/registry';
import type { Logger } from '@driftloop/service';
import type { Progress } from '../commands/progress.ts';
import { dataDigest } from '../run/data-digest.ts';
import type { TrainingJob, TrainingOutcome } from '../run/job.ts';
import type { Outcome } from './outcome.ts';

const SAID = {
  published: 'candidate published',
  canary: 'candidate answers a share of the requests',
  shadow: 'candidate answers in shadow',
  rejected: 'candidate rejected',
} as const;

/**
 * Stores the candidate's artifact, with all that it takes to train it again in its manifest, and
 * tells model.events: candidate, then published, canary, in shadow or rejected, with the reasons.
 */
export async function publish(
  order: RetrainOrder,
  entry: ModelEntry,
  job: TrainingJob,
  outcome: TrainingOutcome,
  progress: Progress,
  { registry, logger }: { readonly registry: Registry; readonly logger: Logger },
): Promise<Outcome> {
  const { accepted, reasons } = unlessObjected(outcome, job, registry);
  const version = await registry.addCandidate({
    model: order.model,
    parentVersion: entry.state.live ?? order.baseVersion,
    commandId: order.commandId,
    eventTime: order.eventTime,
    onnx: outcome.model,
    profile: outcome.profile,
    memory: outcome.memory,
    ...splitMeasured(outcome.metrics),
    accepted,
    rollout: settleRollout(order.rollout, outcome.isLate),
    reasons,
    actor: 'trainer',
    lineage: {
      strategy: order.strategy,
      selection: order.selection,
      labelsThrough: order.labelsThrough,
      rows: job.data.rows,
      dataSha256: dataDigest(job.data),
      seed: job.seed,
      budget: { maxSeconds: job.maxSeconds, maxSteps: job.maxSteps },
      engine: { name: outcome.engine, ...job.engine },
      node: process.version,
    },
  });
  const phase = accepted ? acceptedAs(registry.model(order.model)?.state, version) : 'rejected';
  const candidate = SAID[phase];
  logger.info({ model: order.model, version, phase, reasons }, candidate);
  await progress.end(phase, reasons.join('; '), version, outcome.metrics);
  return phase;
}

/** Nobody is to read that a version is published which nobody is served by. */
function acceptedAs(state: ModelState | undefined, version: number): 'published' | 'canary' | 'shadow' {
  const status = state?.versions.get(version)?.status;
  if (status === 'canary') return 'canary';
  return status === 'shadow' || status === 'candidate' ? 'shadow' : 'published';
}

/** A candidate goes back where a person has taken down what it was trained from. */
function unlessObjected(
  { accepted, reasons }: TrainingOutcome,
  job: TrainingJob,
  registry: Registry,
): Pick<TrainingOutcome, 'accepted' | 'reasons'> {
  const state = registry.model(job.spec.model)?.state;
  const objection = state && objectionTo(job.version, state);
  return objection ? { accepted: false, reasons: [objection] } : { accepted, reasons };
}
