import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@driftloop/bus';
import { parseReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import { type Artifact, type ModelEntry, objectionTo, type Registry } from '@driftloop/registry';
import type { ModelSpec, RetrainCommand } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import { fitProblem } from '@driftloop/spec';
import type { Warehouse } from '@driftloop/warehouse';
import { type Config, engineSettings } from './config.ts';
import type { Progress } from './commands/progress.ts';
import { publishOutcome } from './outcome/publish.ts';
import { readFreshRows, readTrainingData } from './inputs/read-data.ts';
import { readEarlierVersions } from './inputs/read-earlier-versions.ts';
import { readMemory } from './inputs/read-memory.ts';
import type { TrainingJob, TrainingOutcome } from './run/job.ts';
import type { TrainingProcesses } from './run/spawn.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What carrying out a command needs. */
export interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly bus: Pick<Bus, 'offsets' | 'offsetsAt'>;
  readonly warehouse: Warehouse;
  readonly registry: Registry;
  readonly processes: TrainingProcesses;
  readonly signal: AbortSignal;
}

/** How a command ended. */
export type Outcome = 'published' | 'rejected' | 'failed' | 'aborted' | 'restored' | 'superseded';

/**
 * Carries out one admitted command from reading to publishing. Unusable data and a diverging loss or broken
 * training process end it as rejected, a model or version that cannot be used as failed, with the reason; the live version serves on. Errors of
 * Kafka, ClickHouse or the artifact store are thrown: the service stops and starts the command again.
 */
export async function carryOut(command: RetrainCommand, progress: Progress, parts: Parts): Promise<Outcome> {
  const { registry, logger, processes, signal } = parts;
  const entry = registry.model(command.model);
  if (!entry) throw new DriftloopError('MODEL_UNKNOWN', `No model '${command.model}' is registered.`);
  try {
    if (command.action === 'restore') {
      // What a person asks for does not depend on which version is live.
      const from = command.issuedBy === 'ensemble' ? command.baseVersion : undefined;
      return await restore(command, { from, actor: command.issuedBy }, progress, parts);
    }
    // Labels may take a minute to reach ClickHouse: a stop does not wait for them.
    const job = await unlessAborted(prepare(command, entry, progress, parts), signal);
    await progress.phase('training', `training on ${job.data.rows} rows from version ${entry.state.live}`);
    const outcome = await processes.run(job, {
      signal,
      onProgress: (report) => progress.steps(report),
      onWarning: (reason) => logger.warn({ model: command.model }, reason),
      freshRows: () =>
        readFreshRows(parts.warehouse, job.data, job.spec).catch((error) => {
          logger.warn({ model: command.model, err: error }, 'no last look: the gate decides alone');
          return undefined;
        }),
    });
    const ended =
      outcome.restoreVersion === undefined
        ? await publish(command, entry, job, unlessObjected(outcome, job, registry), progress, parts)
        : await restore(
            { ...command, restoreVersion: outcome.restoreVersion, reasons: outcome.reasons },
            { from: job.version, actor: 'trainer' },
            progress,
            parts,
          );
    await processes.discard(job, outcome.engine);
    return ended;
  } catch (error) {
    if (signal.aborted) return 'aborted';
    const phase = error instanceof DriftloopError ? ENDS.get(error.code) : undefined;
    if (!(error instanceof DriftloopError) || phase === undefined) throw error;
    logger.warn(
      { model: command.model, code: error.code, reason: error.message },
      `the run ended as ${phase}`,
    );
    await progress.end(phase, `${error.code}: ${error.message}`);
    return phase;
  }
}

/**
 * Errors that say something about the data or the run, not about the infrastructure, and how they end a command: rejected where rows, or what
 * training on them comes to, are not good enough for a candidate.
 */
const ENDS: ReadonlyMap<string, 'rejected' | 'failed'> = new Map([
  ['DATA_INVALID', 'rejected'],
  ['FEATURES_WRONG_LENGTH', 'rejected'],
  ['TRAINING_FAILED', 'rejected'],
  ['ENGINE_OUT_OF_MEMORY', 'failed'],
  ['ENGINE_UNAVAILABLE', 'failed'],
  ['SPEC_INVALID', 'failed'],
  ['MODEL_INVALID', 'failed'],
  ['GRAPH_INVALID', 'failed'],
  ['OPERATOR_UNSUPPORTED', 'failed'],
  ['STRATEGY_UNKNOWN', 'failed'],
  ['ARTIFACT_CORRUPT', 'failed'],
  ['ARTIFACT_MISSING', 'failed'],
  ['VERSION_UNKNOWN', 'failed'],
  ['VERSION_NOT_SERVABLE', 'failed'],
]);

async function prepare(
  command: RetrainCommand,
  entry: ModelEntry,
  progress: Progress,
  { config, bus, warehouse, registry }: Parts,
): Promise<TrainingJob> {
  const { spec, state } = entry;
  const live = state.live ?? command.baseVersion;
  await progress.phase('reading', `reading labelled rows of ${command.selection.length} ranges`);
  checkPositions(command, await bus.offsets('inference.labels'));
  const data = await readTrainingData(warehouse, command, spec, {
    // The labels that a command names had been read when it was issued: their requests were on Kafka by then.
    requestsThrough: await bus.offsetsAt('inference.requests', command.issuedAt),
    timeoutMs: config.TRAINER_DATA_TIMEOUT_MS,
  });
  const artifact = await registry.artifact(command.model, live);
  checkFit(artifact.manifest, spec);
  return {
    spec,
    version: live,
    model: await artifact.file('model.onnx'),
    profile: parseReferenceProfile(await registry.profile(command.model, live)),
    memory: await readMemory(entry.state, artifact, command.strategy, registry),
    earlier: await readEarlierVersions(entry.state, artifact.manifest, registry),
    data,
    strategy: command.strategy,
    maxSeconds: command.maxSeconds,
    maxSteps: command.maxSteps,
    // The command's id is a hash of the decision: the same decision trains with the same seed.
    seed: Number.parseInt(command.commandId.slice(0, 8), 16) || 1,
    engine: engineSettings(config),
    checkpoints: config.TRAINER_CHECKPOINTS || join(tmpdir(), 'driftloop-checkpoints'),
  };
}

/** Labels that Kafka does not have will not come to ClickHouse either. */
function checkPositions(
  { labelsThrough }: RetrainCommand,
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

/** A candidate goes back where a person has taken down what it was trained from. */
function unlessObjected(outcome: TrainingOutcome, job: TrainingJob, registry: Registry): TrainingOutcome {
  const state = registry.model(job.spec.model)?.state;
  const objection = state && objectionTo(job.version, state);
  return objection ? { ...outcome, accepted: false, reasons: [objection] } : outcome;
}

async function publish(
  command: RetrainCommand,
  entry: ModelEntry,
  job: TrainingJob,
  outcome: TrainingOutcome,
  progress: Progress,
  { registry, logger }: Parts,
): Promise<Outcome> {
  const version = await publishOutcome(command, entry, job, outcome, registry);
  const phase = outcome.accepted ? 'published' : 'rejected';
  logger.info({ model: command.model, version, phase, reasons: outcome.reasons }, `candidate ${phase}`);
  await progress.end(phase, outcome.reasons.join('; '), version, outcome.metrics);
  return phase;
}

async function restore(
  command: RetrainCommand,
  { from, actor }: { readonly from: number | undefined; readonly actor: string },
  progress: Progress,
  { registry, logger }: Parts,
): Promise<Outcome> {
  const to = command.restoreVersion;
  const version = await registry.rollback(command.model, {
    ...(to === null ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    reason: command.reasons.join('; '),
    eventTime: command.eventTime,
    actor,
    commandId: command.commandId,
  });
  if (to !== null && version !== to) {
    await progress.end('superseded', `version ${version} is live, not version ${from}`);
    return 'superseded';
  }
  logger.info(
    { model: command.model, version, reasons: command.reasons },
    'an earlier version is live again',
  );
  const message = [`version ${version} is live again`, ...command.reasons].join('; ');
  await progress.end('published', message, version);
  return 'restored';
}
