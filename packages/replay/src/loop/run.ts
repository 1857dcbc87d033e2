import {
  type Candidate,
  decodeMemory,
  type Engine,
  emptyMemory,
  encodeMemory,
  firstStrategy,
  makeCandidate,
  type RetrainOrder,
  settleRollout,
} from '@driftloop/continual';
import { parseReferenceProfile } from '@driftloop/drift';
import { type Registry, readEarlierVersions, readMemory, requireModel } from '@driftloop/registry';
import type { LabelledRows } from '@driftloop/spec';
import type { Endings } from './endings.ts';
import type { KnownLabels } from './known-labels.ts';

/** What training needs. */
export interface RunParts {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly labels: KnownLabels;
}

/** A candidate that is being trained: it is done at a log time. */
export interface Run {
  readonly order: RetrainOrder;
  readonly readyAt: number;
  readonly data: LabelledRows;
  readonly parent: number;
}

/** Trains the candidate of a run, as the trainer does, with the labels that are known by now. */
export async function trainRun(
  { order, data, parent }: Run,
  { engine, registry, labels }: RunParts,
): Promise<Candidate> {
  const { spec, state } = requireModel(registry, order.model);
  const artifact = await registry.artifact(order.model, parent);
  const memory = await readMemory(state, artifact, firstStrategy(order.strategy).warm, registry);
  return makeCandidate({
    engine,
    spec,
    data,
    live: {
      version: parent,
      model: await artifact.file('model.onnx'),
      profile: parseReferenceProfile(await registry.profile(order.model, parent)),
    },
    earlier: await readEarlierVersions(state, artifact.manifest, registry),
    memory: memory ? decodeMemory(memory) : emptyMemory(data.width),
    strategy: order.strategy,
    // No clock: a run that ended by time would depend on the machine.
    budget: { maxSeconds: Number.POSITIVE_INFINITY, maxSteps: order.maxSteps },
    seed: Number.parseInt(order.commandId.slice(0, 8), 16) || 1,
    now: () => 0,
    freshRows: async () => {
      const from = (data.eventTimes.at(-1) ?? 0) + 1;
      return labels.select([{ from, to: Number.MAX_SAFE_INTEGER, weight: 1 }], spec.retrain.maxRows);
    },
  });
}

/** Registers what a run came to, and brings it where it has earned. */
export async function settleRun(
  { order, data, parent }: Run,
  candidate: Candidate,
  registry: Registry,
  { end }: Pick<Endings, 'end'>,
): Promise<void> {
  const { restoreVersion: to, reasons, metrics } = candidate;
  const cost = { rows: data.rows, steps: stepsOf(metrics) };
  if (to !== undefined) {
    const { model, eventTime, commandId } = order;
    const back = { to, from: parent, reason: reasons.join('; '), eventTime, actor: 'trainer', commandId };
    const version = await registry.rollback(model, back);
    end(order, version === to ? 'restored' : 'superseded', { ...cost, version, reasons });
    return;
  }
  const version = await registry.addCandidate({
    model: order.model,
    parentVersion: parent,
    commandId: order.commandId,
    eventTime: order.eventTime,
    onnx: candidate.model,
    profile: candidate.profile,
    memory: encodeMemory(candidate.memory),
    metrics,
    accepted: candidate.accepted,
    rollout: settleRollout(order.rollout, candidate.isLate),
    reasons,
    actor: 'trainer',
  });
  const status = registry.model(order.model)?.state.versions.get(version)?.status;
  const outcome =
    status === 'rejected' || status === 'canary' || status === 'shadow'
      ? status
      : status === 'candidate'
        ? 'superseded'
        : 'published';
  end(order, outcome, { ...cost, version, reasons });
}

/** Steps of trials and of the final fit. */
function stepsOf({ steps = 0, trialSteps = 0 }: Readonly<Record<string, number>>): number {
  return steps + trialSteps;
}
