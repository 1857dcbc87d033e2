import type { Bus, Consumer } from '@driftloop/bus';
import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import { COMMAND_GROUPS } from '@driftloop/schemas';
import type { Service } from '@driftloop/service';
import { type EndedCommands, followEndedCommands } from './commands/ended-commands.ts';
import { followNewestCommands, type NewestCommands } from './commands/newest-commands.ts';
import { type Config, engineSettings } from './config.ts';
import { createMeters } from './meters.ts';
import { createTrainingProcesses, type TrainingProcesses } from './run/spawn.ts';
import { type CommandParts, takeCommands } from './take-commands.ts';
import { servingLag } from './yielding/serving-lag.ts';
import { servingP99 } from './yielding/serving-latency.ts';
import { yieldingProcesses } from './yielding/yielding-processes.ts';

/** What the factory gets. */
export interface TrainerDependencies extends ConnectedDependencies<Config> {
  /** Makes what trains. @default processes of their own */
  readonly createProcesses?: typeof createTrainingProcesses;
}

/**
 * The trainer: one retrain command at a time becomes a candidate, which is published, answers in
 * shadow or is rejected; a command to bring a version back, or to decide about a candidate in
 * shadow, is carried out at once, beside a training run.
 *
 * The offset of a command is committed once it has ended, and an ended command has left its mark on
 * model.events: killed at any moment, the trainer starts the command again and exactly one version
 * results.
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
  const meters = createMeters(metrics);
  let connections: Connections | undefined;
  let consumers: readonly Consumer[] = [];
  let newest: NewestCommands | undefined;
  let endings: EndedCommands | undefined;
  let processes: TrainingProcesses | undefined;
  let engine: string | undefined;
  /** Commands that are being carried out, and since when. */
  const running = new Map<string, string>();

  const consume = (group: string, bus: Bus, parts: CommandParts) =>
    bus.consume({
      group,
      topics: ['retrain.commands'],
      // One reader is enough to put a record aside that cannot be read.
      badRecords: group === COMMAND_GROUPS.retrain ? 'deadLetter' : 'skip',
      concurrency: 1,
      onCrash: fail,
      onBatch: async ({ records, lastOffset }) => {
        const own = records.filter(({ value }) => COMMAND_GROUPS[value.action] === group);
        return (await takeCommands(own, parts)) ? { commit: lastOffset + 1 } : {};
      },
    });

  return {
    async start() {
      processes = createProcesses({
        nice: config.TRAINER_NICE,
        mostMemoryMb: config.TRAINER_PROCESS_MB,
        cgroup: config.TRAINER_CGROUP,
        engine: engineSettings(config),
      });
      connections = await connect(config, 'trainer', logger, { needs: ['warehouse'], clock });
      engine = await processes.ready();
      logger.info({ engine, device: config.TRAINER_DEVICE }, 'the training process is warm');
      const { bus } = connections;
      const { TRAINER_YIELD_LAG: mostLag, TRAINER_YIELD_P99_MS: mostP99Ms } = config;
      if (mostLag > 0 || mostP99Ms > 0)
        processes = yieldingProcesses(processes, {
          mostLag,
          mostP99Ms,
          mostRestMs: config.TRAINER_YIELD_MS,
          async servingLoad() {
            const [lag, p99Ms] = await Promise.all([
              servingLag(bus),
              mostP99Ms > 0 ? servingP99(bus, clock.now()) : 0,
            ]);
            return { lag, p99Ms };
          },
          clock,
          logger,
          onRest: (model) => meters.rests.inc({ model }),
        });
      newest = await followNewestCommands(bus, fail);
      endings = await followEndedCommands(bus, fail);
      const own = { config, logger, clock, signal: abort.signal, meters, running };
      const parts: CommandParts = { ...own, ...connections, processes, newest, endings };
      const groups = new Set(Object.values(COMMAND_GROUPS));
      consumers = await Promise.all([...groups].map((group) => consume(group, bus, parts)));
    },

    async stop() {
      abort.abort();
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await newest?.close();
      await endings?.close();
      processes?.close();
      await connections?.close();
    },

    health: () => {
      const reading = [
        ...consumers.map((consumer) => consumer.health()),
        ...[newest, endings, connections?.registry].flatMap((part) => (part ? [part.health()] : [])),
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
        reading: consumers.map((consumer) => consumer.health().detail),
      };
    },
  };
}
