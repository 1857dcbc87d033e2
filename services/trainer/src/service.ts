import type { BusRecord, Consumer } from '@driftloop/bus';
import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import { COMMAND_GROUPS, type CommandAction } from '@driftloop/schemas';
import type { Service } from '@driftloop/service';
import { admit } from './commands/admission.ts';
import { carryOut } from './carry-out.ts';
import { type Config, engineSettings } from './config.ts';
import { type EndedCommands, followEndedCommands } from './commands/ended-commands.ts';
import { followNewestCommands, type NewestCommands } from './commands/newest-commands.ts';
import { createProgress } from './commands/progress.ts';
import { createTrainingProcesses, type TrainingProcesses } from './run/spawn.ts';
import { standingOf } from './commands/standing.ts';

/** What the factory gets. */
export interface TrainerDependencies extends ConnectedDependencies<Config> {
  /** Makes what trains. @default processes of their own */
  readonly createProcesses?: typeof createTrainingProcesses;
}

/**
 * The trainer: one retrain command at a time becomes a candidate, which the gate publishes or rejects; a command to bring a version back
 * is carried out at once, beside a training run.
 *
 * The offset of a command is committed once it has ended, and an ended command has left its mark on model.events:
 * killed at any moment, the trainer starts the command again and exactly one version results.
 */
export function createTrainer({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
  createProcesses = createTrainingProcesses,
}: TrainerDependencies): Service {
  const abort = new AbortController();
  const ended = metrics.counter('trainer_commands_total', 'Commands that ended, by outcome.', [
    'model',
    'outcome',
  ]);
  const seconds = metrics.histogram(
    'trainer_run_seconds',
    'Wall-clock seconds from reading to the outcome.',
    [0.5, 1, 2, 5, 10, 30, 60, 300, 1_800],
    ['model'],
  );
  let connections: Connections | undefined;
  let consumers: readonly Consumer[] = [];
  let ahead: NewestCommands | undefined;
  let recorded: EndedCommands | undefined;
  let processes: TrainingProcesses | undefined;
  let engine: string | undefined;
  /** Commands that are being carried out, and since when. */
  const running = new Map<string, string>();

  return {
    async start() {
      processes = createProcesses({ nice: config.TRAINER_NICE, engine: engineSettings(config) });
      connections = await connect(config, 'trainer', logger, { clock });
      const { bus, warehouse, registry, producer } = connections;
      engine = await processes.ready();
      logger.info({ engine, device: config.TRAINER_DEVICE }, 'the training process is warm');
      const newest = await followNewestCommands(bus, fail);
      ahead = newest;
      const endings = await followEndedCommands(bus, fail);
      recorded = endings;
      const parts = { config, logger, bus, warehouse, registry, processes, signal: abort.signal };

      const handle = async (records: readonly BusRecord<'retrain.commands'>[]) => {
        for (const record of records) {
          const command = record.value;
          const { model, commandId } = command;
          const standing = standingOf(registry.model(model), endings);
          const admission = admit(command, standing, newest.since(record));
          const progress = createProgress(producer, command, clock);
          if (admission.kind === 'done') {
            // A trainer that was killed between model.events and training.progress has not told it.
            const end = endings.get(commandId);
            if (end) await progress.end(end.phase, end.reasons.join('; '), end.version);
            continue;
          }
          if (admission.kind !== 'run') {
            await progress.end(admission.kind === 'superseded' ? 'superseded' : 'failed', admission.reason);
            ended.inc({ model, outcome: admission.kind });
            continue;
          }
          running.set(commandId, new Date(clock.now()).toISOString());
          const stopTimer = seconds.startTimer({ model });
          const outcome = await carryOut(command, progress, parts);
          stopTimer();
          running.delete(commandId);
          ended.inc({ model, outcome });
          if (abort.signal.aborted) return false;
        }
        return true;
      };

      const consume = (action: CommandAction) =>
        bus.consume({
          group: COMMAND_GROUPS[action],
          topics: ['retrain.commands'],
          // One reader is enough to put a record aside that cannot be read.
          badRecords: action === 'retrain' ? 'deadLetter' : 'skip',
          concurrency: 1,
          onCrash: fail,
          onBatch: async ({ records, lastOffset }) => {
            const isComplete = await handle(records.filter(({ value }) => value.action === action));
            return isComplete ? { commit: lastOffset + 1 } : {};
          },
        });
      consumers = await Promise.all([consume('retrain'), consume('restore')]);
    },

    async stop() {
      abort.abort();
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await ahead?.close();
      await recorded?.close();
      processes?.close();
      await connections?.close();
    },

    health: () => {
      const reading = [
        ...consumers.map((consumer) => consumer.health()),
        ...[ahead, recorded, connections?.registry].flatMap((part) => (part ? [part.health()] : [])),
      ];
      const failing = reading.find(({ ok }) => !ok);
      return {
        ok: consumers.length > 0 && !failing,
        detail: {
          ...(failing ? { reason: 'detail' in failing ? failing.detail.reason : failing.reason } : {}),
          engine: engine ?? null,
          device: config.TRAINER_DEVICE,
          trainingProcess: processes?.pid() ?? null,
          running: Object.fromEntries(running),
          groups: consumers.map((consumer) => consumer.health().detail),
        },
      };
    },
  };
}
