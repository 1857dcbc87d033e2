import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@driftloop/bus';
import { firstStrategy, type RetrainOrder, requireTrainable } from '@driftloop/continual';
import { parseReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import {
  type Artifact,
  type ModelEntry,
  type Registry,
  readEarlierVersions,
  readMemory,
} from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { fitProblem } from '@driftloop/spec';
import type { Warehouse } from '@driftloop/warehouse';
import { type Config, engineSettings } from '../config.ts';
import type { TrainingJob } from '../run/job.ts';
import { readTrainingData } from './read-data.ts';

/** Where a job's inputs come from. */
export interface Sources {
  readonly config: Config;
  readonly bus: Pick<Bus, 'offsets' | 'offsetsAt'>;
  readonly warehouse: Warehouse;
  readonly registry: Registry;
}

/**
 * Reads all that a training process needs for an order.
 *
 * @throws DriftloopError VERSION_MONITORED where others serve the live version; DATA_INVALID for
 *   labels that Kafka does not have, or too few; MODEL_INVALID where the live version does not fit
 *   the spec, or nothing is trained for its task; WAREHOUSE_UNAVAILABLE when the labels do not
 *   arrive in ClickHouse in time; ARTIFACT_MISSING, ARTIFACT_CORRUPT
 */
export async function prepareJob(
  order: RetrainOrder,
  { spec, state }: ModelEntry,
  { config, bus, warehouse, registry }: Sources,
): Promise<TrainingJob> {
  requireTrainable(spec);
  const live = state.live ?? order.baseVersion;
  const artifact = await registry.artifact(order.model, live);
  requireFile(artifact.manifest);
  checkPositions(order, await bus.offsets('inference.labels'));
  const data = await readTrainingData(warehouse, order, spec, {
    // The labels that an order names had been read when it was issued: their requests were on Kafka
    // by then.
    requestsThrough: await bus.offsetsAt('inference.requests', order.issuedAt),
    timeoutMs: config.TRAINER_DATA_TIMEOUT_MS,
  });
  checkFit(artifact.manifest, spec);
  return {
    spec,
    version: live,
    model: await artifact.file('model.onnx'),
    profile: parseReferenceProfile(await registry.profile(order.model, live)),
    memory: await readMemory(state, artifact, firstStrategy(order.strategy).warm, registry),
    earlier: await readEarlierVersions(state, artifact.manifest, registry),
    data,
    strategy: order.strategy,
    maxSeconds: order.maxSeconds,
    maxSteps: order.maxSteps,
    // The command's id is a hash of the decision: the same decision trains with the same seed.
    seed: Number.parseInt(order.commandId.slice(0, 8), 16) || 1,
    engine: engineSettings(config),
    checkpoints: config.TRAINER_CHECKPOINTS || join(tmpdir(), 'driftloop-checkpoints'),
  };
}

/** What others serve is watched; there is nothing here to train on from. */
function requireFile({ model, version, incumbent }: Artifact['manifest']): void {
  if (incumbent === undefined) return;
  throw new DriftloopError(
    'VERSION_MONITORED',
    `Version ${version} of model '${model}' is served by others and has no ONNX file to train on from. Register one in shadow (\`driftloop register --onnx FILE --shadow\`), and bring it live (\`driftloop promote\`).`,
  );
}

/** Labels that Kafka does not have will not come to ClickHouse either. */
function checkPositions(
  { labelsThrough }: RetrainOrder,
  ranges: readonly { readonly partition: number; readonly high: number }[],
): void {
  for (const { partition, offset } of labelsThrough) {
    const high = ranges.find((range) => range.partition === partition)?.high ?? 0;
    if (offset <= high) continue;
    throw new DriftloopError(
      'DATA_INVALID',
      `The command counts labels up to offset ${offset} of partition ${partition}, where inference.labels ends at ${high}: was the topic created anew?`,
    );
  }
}

/** A spec may have been published since that the live version does not fit. */
function checkFit(manifest: Artifact['manifest'], spec: ModelSpec): void {
  const problem = fitProblem(manifest, spec);
  if (problem === undefined) return;
  throw new DriftloopError(
    'MODEL_INVALID',
    `Version ${manifest.version} of model '${spec.model}' ${problem}: register a version for this spec.`,
  );
}
