import { type Consumer, recordStep } from '@driftloop/bus';
import { type ConnectedDependencies, openConnections, type TopicConnections } from '@driftloop/connections';
import type { Registry } from '@driftloop/registry';
import { SERVING_GROUP } from '@driftloop/schemas';
import type { Clock, Logger, Service } from '@driftloop/service';
import type { Config } from './config.ts';
import { createMeters, type Meters } from './meters.ts';
import { createRelay, type Relay } from './relay/relay.ts';
import { loadVersion } from './serving/load-version.ts';
import { createServings, type Servings, type ServingsParts } from './serving/servings.ts';
import { createSwapGaps, type SwapGaps } from './serving/swap-gaps.ts';
import { type SessionPool, startSessionPool } from './sessions/session-pool.ts';
import { giveUp } from './trials/give-up.ts';
import { createTrials } from './trials/trials.ts';

/** What the factory gets. */
export interface InferenceDependencies extends ConnectedDependencies<Config> {
  /** Makes what runs the models. @default processes with ONNX Runtime */
  readonly startPool?: typeof startSessionPool;
}

/**
 * A batch that has been in hand for longer, and for longer than it may wait for its model, says
 * that no answers come.
 */
const MOST_BUSY_MS = 30_000;

const STUCK = 'A batch has been in hand for longer than it may wait for its model.';

/**
 * The inference service: answers requests with the live versions, which it swaps as model.events
 * says.
 */
export function createInference({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
  startPool = startSessionPool,
}: InferenceDependencies): Service {
  const meters = createMeters(metrics);
  let connections: TopicConnections | undefined;
  let pool: SessionPool | undefined;
  let servings: Servings | undefined;
  let relay: Relay | undefined;
  let consumer: Consumer | undefined;

  return {
    async start() {
      // Refuses topics of requests and predictions that differ in their number of partitions.
      connections = await connect(config, 'inference', logger, { needs: [], clock });
      const { bus, producer, registry } = connections;
      pool = startPool(
        {
          workers: config.INFERENCE_WORKERS,
          threads: config.INFERENCE_THREADS,
          runRows: config.INFERENCE_RUN_ROWS,
          rowCpuMs: config.INFERENCE_ROW_CPU_MS,
          runMemoryBytes: config.INFERENCE_RUN_MEMORY_MB * 2 ** 20,
        },
        {
          onEnded(version, { code, reason }, rows) {
            meters.processEnds.inc({ code });
            logger.warn(
              { version, code, rows },
              `a run of ${rows} rows on version '${version}' ended its process: ${reason}`,
            );
          },
        },
      );
      const gaps = createSwapGaps((model, longestGapMs) => {
        meters.swapGapMs.set({ model }, longestGapMs);
        logger.info({ model, longestGapMs }, 'longest gap between answers during the swap');
      });
      servings = createServings(
        registry,
        servingParts({ config, registry, pool, gaps, meters, logger, clock, fail }),
      );
      await servings.start();
      const trials = createTrials((spec, version, worse) =>
        giveUp({ registry, meters, logger }, spec, version, worse).catch((error: unknown) => {
          fail(error);
          return true;
        }),
      );
      relay = createRelay({ bus, producer, servings, gaps, trials, meters, logger, clock });
      consumer = await bus.consume({
        group: SERVING_GROUP,
        topics: ['inference.requests'],
        badRecords: 'deadLetter',
        onAssigned: relay.onAssigned,
        onRevoked: relay.onRevoked,
        onBatch: relay.onBatch,
        onCrash: fail,
      });
    },
    async stop() {
      relay?.close();
      servings?.close();
      await consumer?.close();
      await pool?.close();
      await connections?.close();
    },
    health() {
      const consuming = consumer?.health();
      const models = connections?.registry.health();
      // Ready means that answers come: a batch may wait for its model, and for rows that end a
      // process, and for nothing longer.
      const answers = (consuming?.detail.busyMs ?? 0) < config.INFERENCE_WAIT_MS + MOST_BUSY_MS;
      const reason = consuming?.detail.reason ?? models?.reason ?? (answers ? servings?.missing() : STUCK);
      return {
        ok: (consuming?.ok ?? false) && answers && (models?.ok ?? false) && (servings?.complete() ?? false),
        detail: {
          ...(reason === undefined ? {} : { reason }),
          models: servings?.describe() ?? {},
          processes: pool?.describe() ?? [],
          consumer: consuming?.detail,
        },
        reading: consuming ? [consuming.detail] : [],
      };
    },
  };
}

function servingParts(given: {
  config: Config;
  registry: Registry;
  pool: SessionPool;
  gaps: SwapGaps;
  meters: Meters;
  logger: Logger;
  clock: Clock;
  fail(error: unknown): void;
}): ServingsParts {
  const { config, registry, pool, gaps, meters, logger, clock, fail } = given;
  return {
    clock,
    waitMs: config.INFERENCE_WAIT_MS,
    ...(config.INFERENCE_MODELS_MB > 0 && { mostBytes: config.INFERENCE_MODELS_MB * 2 ** 20 }),
    load: (entry, version, avoid) => loadVersion(entry, version, { registry, pool }, avoid),
    onSwapBegin: gaps.begin,
    onSwapped(model, from, to, ms) {
      meters.liveVersion.set({ model }, to);
      if (from !== undefined) meters.swapMs.observe({ model }, ms);
      recordStep(model, 'swap', ms, { 'driftloop.version': to });
      logger.info({ model, from, to, ms: Math.round(ms) }, `version ${to} of '${model}' answers`);
    },
    onLoadFailed(model, version, { code, reason, failures }) {
      gaps.abandon(model);
      meters.loadFailures.inc({ model, version, code });
      logger.error(
        { model, version, code, failures },
        `version ${version} of '${model}' is not served: ${reason}`,
      );
    },
    onBug: fail,
  };
}
