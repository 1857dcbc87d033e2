import type { Bus } from '@driftloop/bus';
import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import { createHistory, type HistoryState } from '@driftloop/drift';
import { openModelContexts } from '@driftloop/drift-stages';
import type { Logger, Service } from '@driftloop/service';
import { runFold, type Stage } from '@driftloop/streams';
import { concludeRecords } from './conclude-records.ts';
import type { Config } from './config.ts';
import { createInputTopics } from './input-topics.ts';
import { createMeters } from './meters.ts';

/**
 * The ensemble: a checkpointed fold from the sketch log to drift.signals, drift.verdicts and
 * retrain.commands. It closes the windows of all three signals, tests them, and judges them in the
 * order of the log.
 */
export function createEnsembleService({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
}: ConnectedDependencies<Config>): Service {
  const meters = createMeters(metrics);
  let connections: Connections | undefined;
  let fold: Stage | undefined;

  return {
    async start() {
      connections = await connect(config, 'ensemble', logger, { needs: ['warehouse'], clock });
      const { bus, producer, registry } = connections;
      const history = createHistory(undefined, config.ENSEMBLE_WAITING_BYTES);
      const contexts = openModelContexts(registry, logger, clock);
      const inputs = createInputTopics(bus, clock);
      fold = await runFold<'drift.sketches', HistoryState>({
        bus,
        producer,
        service: 'ensemble',
        topic: 'drift.sketches',
        codec: history.codec,
        checkpointEveryMs: config.ENSEMBLE_CHECKPOINT_MS,
        logger,
        clock,
        fail,
        createState: history.initial,
        async apply(state, records, partition) {
          const readAgain = (from: number, to: number) => sketchesAgain(bus, partition, from, to, logger);
          const parts = { history, state, contexts, inputs, readAgain, clock, meters, logger };
          return { state, ...(await concludeRecords(parts, records)) };
        },
      });
    },

    async stop() {
      await fold?.stop();
      await connections?.close();
    },

    health() {
      const health = fold?.health();
      const models = connections?.registry.health();
      const reason = health?.detail.reason ?? models?.reason;
      return {
        ok: (health?.ok ?? false) && (models?.ok ?? false),
        detail: { ...health?.detail, ...(reason === undefined ? {} : { reason }) },
        reading: health ? [health.detail] : [],
      };
    },
  };
}

async function* sketchesAgain(bus: Bus, partition: number, from: number, to: number, logger: Logger) {
  const low = (await bus.offsets('drift.sketches')).find((entry) => entry.partition === partition)?.low ?? 0;
  if (low > from) {
    logger.error(
      { topic: 'drift.sketches', partition, from, low },
      'sketches have expired that waited for an input partition: going on without them',
    );
  }
  yield* bus.slice('drift.sketches', { by: 'offset', partition, from, to });
}
