import { DriftloopError } from '@driftloop/errors';
import type { ModelEntry } from '@driftloop/registry';
import type { CandidateRollout, RetrainCommand } from '@driftloop/schemas';
import type { GatewayContext } from './context.ts';

/** The latest time that ClickHouse's DateTime64 holds. */
const END_OF_TIME = Date.UTC(2299, 11, 31);

/**
 * The command for a retrain that a person asked for: the newest labelled rows, as many as the spec
 * allows, frozen at the labels that ClickHouse holds now.
 *
 * @throws DriftloopError MODEL_NOT_LIVE when there is no version to train on from
 */
export async function manualCommand(
  { spec, state }: ModelEntry,
  request: {
    readonly reason: string;
    readonly actor?: string;
    readonly rollout?: Exclude<CandidateRollout, 'fresh'>;
  },
  { warehouse, now, newId }: GatewayContext,
): Promise<RetrainCommand> {
  if (state.live === null) {
    throw new DriftloopError('MODEL_NOT_LIVE', `Model '${spec.model}' has no live version to train on from.`);
  }
  const ingested = await warehouse.ingested('inference.labels');
  return {
    commandId: newId().replaceAll('-', ''),
    model: spec.model,
    baseVersion: state.live,
    action: 'retrain',
    restoreVersion: null,
    rollout: request.rollout ?? 'publish',
    eventTime: state.versions.get(state.live)?.eventTime ?? 0,
    issuedAt: now(),
    issuedBy: request.actor ?? 'gateway',
    selection: [{ from: 0, to: END_OF_TIME, weight: 1, reason: 'the newest labelled rows' }],
    labelsThrough: [...ingested].map(([partition, offset]) => ({ partition, offset })),
    strategy: spec.retrain.strategy,
    maxSeconds: spec.retrain.maxSeconds,
    maxSteps: spec.retrain.maxSteps,
    reasons: [request.reason],
  };
}
