import type { Connections } from '@driftloop/connections';
import {
  createLogger,
  createMetrics,
  loadConfig,
  type Metrics,
  type Service,
  type ServiceDependencies,
} from '@driftloop/service';
import * as conceptDrift from '@driftloop/service-concept-drift';
import * as dataDrift from '@driftloop/service-data-drift';
import * as ensemble from '@driftloop/service-ensemble';
import * as inference from '@driftloop/service-inference';
import * as predictionDrift from '@driftloop/service-prediction-drift';
import * as trainer from '@driftloop/service-trainer';
import type { Instance } from '../instance/instance.ts';
import { createPurePool } from './session-pool.ts';
import { createPureTraining } from './training.ts';

/** What a service is started with in a simulation. */
export interface StartParts {
  readonly instance: Instance;
  /** Opens the connections of the instance. */
  connect(clientId: string): Promise<Connections>;
  fail(error: unknown): void;
}

/** How each service is made. */
export const SERVICES: Readonly<Record<string, (parts: StartParts) => Service>> = {
  inference: (parts) =>
    inference.createInference({
      ...dependencies(parts, INFERENCE),
      connect: (_, name) => parts.connect(name),
      startPool: () => createPurePool(parts.instance),
    }),
  'data-drift': (parts) => dataDrift.createDataDrift(connected(parts, DATA)),
  'prediction-drift': (parts) => predictionDrift.createPredictionDrift(connected(parts, PREDICTION)),
  'concept-drift': (parts) => conceptDrift.createConceptDrift(connected(parts, CONCEPT)),
  ensemble: (parts) => ensemble.createEnsembleService(connected(parts, ENSEMBLE)),
  trainer: (parts) =>
    trainer.createTrainer({
      ...connected(parts, TRAINER),
      createProcesses: () => createPureTraining(parts.instance),
    }),
};

/** Services whose conclusions follow from the log. */
export const DRIFT_SERVICES: readonly string[] = [
  'data-drift',
  'prediction-drift',
  'concept-drift',
  'ensemble',
];

/**
 * Where things are does not matter here. A checkpoint costs as much as a hundred records, so there
 * are fewer.
 */
const ENVIRONMENT = {
  KAFKA_BROKERS: 'simulated:1',
  SCHEMA_REGISTRY_URL: 'simulated',
  CLICKHOUSE_URL: 'simulated',
  ARTIFACTS_URL: 'simulated',
  ENSEMBLE_CHECKPOINT_MS: '60000',
  // One chunk of each partition: the others are read again.
  ENSEMBLE_WAITING_BYTES: '0',
};

const INFERENCE = loadConfig(inference.configSchema, ENVIRONMENT);
const DATA = loadConfig(dataDrift.configSchema, ENVIRONMENT);
const PREDICTION = loadConfig(predictionDrift.configSchema, ENVIRONMENT);
// Few answers are in memory: most labels find theirs in ClickHouse.
const CONCEPT = loadConfig(conceptDrift.configSchema, { ...ENVIRONMENT, LABEL_JOIN_RECENT: '30' });
// Its runs make way for nobody: none of them takes CPU time.
const TRAINER = loadConfig(trainer.configSchema, { ...ENVIRONMENT, TRAINER_YIELD_LAG: '0' });
const ENSEMBLE = loadConfig(ensemble.configSchema, ENVIRONMENT);

/** Made once: a logger asks for the time when it is made. */
export const SILENT = createLogger({ name: 'simulation', level: 'silent' });

function dependencies<C>(parts: StartParts, config: C): ServiceDependencies<C> {
  const { instance, fail } = parts;
  return { config, logger: SILENT, metrics: metrics(), clock: instance.clock, fail };
}

function connected<C>(parts: StartParts, config: C) {
  return {
    ...dependencies(parts, config),
    connect: (_: unknown, name: string) => parts.connect(name),
  };
}

function metrics(): Metrics {
  return createMetrics('simulated', { ofProcess: false });
}
