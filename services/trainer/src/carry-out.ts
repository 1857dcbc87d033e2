import { insteadOf, type Order, type RetrainOrder } from '@driftloop/continual';
import { type ModelEntry, requireModel } from '@driftloop/registry';
import type { Logger } from '@driftloop/service';
import type { Progress } from './commands/progress.ts';
import { prepareJob, type Sources } from './inputs/prepare-job.ts';
import { readFreshRows } from './inputs/read-data.ts';
import { decide } from './outcome/decide.ts';
import { endBy } from './outcome/ends.ts';
import type { Outcome } from './outcome/outcome.ts';
import { publish } from './outcome/publish.ts';
import { restore } from './outcome/restore.ts';
import type { TrainingJob, TrainingOutcome } from './run/job.ts';
import type { TrainingProcesses } from './run/spawn.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What carrying out an order needs. */
export interface Parts extends Sources {
  readonly logger: Logger;
  readonly processes: TrainingProcesses;
  readonly signal: AbortSignal;
}

/**
 * Carries out one admitted order. Unusable data and a diverging loss or broken training process end
 * it as rejected, a model or version that cannot be used as failed, with the reason; the live
 * version serves on. Errors of Kafka, ClickHouse or the artifact store are thrown: the service
 * stops and starts the command again.
 */
export async function carryOut(order: Order, progress: Progress, parts: Parts): Promise<Outcome> {
  const { model } = order;
  const entry = requireModel(parts.registry, model);
  try {
    switch (order.kind) {
      case 'retrain':
        return await retrain(order, entry, progress, parts);
      case 'restore':
        return await restore(order, progress, parts);
      case 'promote':
      case 'reject':
        return await decide(order, progress, parts);
    }
  } catch (thrown) {
    if (parts.signal.aborted) return 'aborted';
    const { phase, error } = endBy(thrown);
    parts.logger.warn({ model, code: error.code, reason: error.message }, `the run ended as ${phase}`);
    await progress.end(phase, `${error.code}: ${error.message}`);
    return phase;
  }
}

/**
 * From reading to publishing, or to an earlier version that turns out to be better than all that is
 * new.
 */
async function retrain(
  order: RetrainOrder,
  entry: ModelEntry,
  progress: Progress,
  parts: Parts,
): Promise<Outcome> {
  // Labels may take a minute to reach ClickHouse: a stop does not wait for them.
  const job = await unlessAborted(read(order, entry, progress, parts), parts.signal);
  await progress.phase('training', `training on ${job.data.rows} rows from version ${entry.state.live}`);
  const outcome = await train(job, progress, parts);
  const { restoreVersion: to, reasons } = outcome;
  const ended =
    to === undefined
      ? await publish(order, entry, job, outcome, progress, parts)
      : await restore(insteadOf(order, { to, from: job.version, reasons }), progress, parts);
  await parts.processes.discard(job, outcome.engine);
  return ended;
}

async function read(
  order: RetrainOrder,
  entry: ModelEntry,
  progress: Progress,
  parts: Parts,
): Promise<TrainingJob> {
  await progress.phase('reading', `reading labelled rows of ${order.selection.length} ranges`);
  return prepareJob(order, entry, parts);
}

function train(
  job: TrainingJob,
  progress: Progress,
  { processes, signal, logger, warehouse }: Parts,
): Promise<TrainingOutcome> {
  const { model } = job.spec;
  return processes.run(job, {
    signal,
    onProgress: (report) => progress.steps(report),
    onWarning: (reason) => logger.warn({ model }, reason),
    freshRows: () =>
      readFreshRows(warehouse, job.data, job.spec).catch((error) => {
        logger.warn({ model, err: error }, 'no last look: the gate decides alone');
        return undefined;
      }),
  });
}
