import { join } from 'node:path';
import {
  connectionConfigOf,
  eventTimeOf,
  type FirstVersion,
  type Fleet,
  labelledRowsOf,
  makeFirstVersion,
  peakMemoryBytes,
  produceTable,
  type RowClock,
  serviceEnvironment,
  sliceTable,
  startFleet,
  type Table,
} from '@driftloop/cli';
import { type Connections, openConnections } from '@driftloop/connections';
import { createOrtEngine } from '@driftloop/engine-ort';
import { type LocalEnv, type LocalStack, startLocal } from '@driftloop/local';
import type { ModelSpec } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import { drained } from './drain.ts';
import { collectReport, type ScenarioReport } from './report.ts';
import { type Glimpse, watchLoop } from './watch.ts';

/** A stream, a model for it, and how to run the one over the other. */
export interface Scenario {
  readonly spec: ModelSpec;
  readonly table: Table;
  readonly clock: RowClock;
  /** Rows that the first version is trained on; the others are streamed. */
  readonly trainingRows: number;
  readonly labelDelayRows: number;
  /** Rows per second; Infinity for flat out. */
  readonly rate: number;
  readonly seed: number;
  /** Folder for data and logs; should be empty. */
  readonly dataDir: string;
  readonly topicPrefix?: string;
  /** What goes live first. @default trained on the first `trainingRows` */
  readonly firstVersion?: FirstVersion;
  /**
   * Addresses of a running Kafka, registry and ClickHouse.
   * @default local ones are started and ended
   */
  readonly infrastructure?: LocalEnv;
  /** The local ones speak TLS and take passwords. @default false */
  readonly secure?: boolean;
  /** Settings of the services, beside where the infrastructure is. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What one may listen to, and do, while a scenario runs. */
export interface ScenarioHooks {
  onStage?(text: string): void;
  onGlimpse?(glimpse: Glimpse, sent: { readonly requests: number; readonly labels: number }): void;
  /** Called when every service takes traffic, before the stream begins. */
  onReady?(connections: Connections): Promise<void>;
  /** Called with each slice that was sent: a place to kill and start services. */
  onSent?(fleet: Fleet, sent: { readonly requests: number; readonly labels: number }): Promise<void>;
  /** Called before everything ends, with the connections still open. */
  onReport?(report: ScenarioReport, connections: Connections): Promise<void>;
}

/**
 * Runs the whole loop for real: starts Kafka, registry, ClickHouse engine and every service, trains
 * and publishes a first version, streams the rest with late labels, waits until all is done, sums
 * it up, and ends every process.
 */
export async function runScenario(scenario: Scenario, hooks: ScenarioHooks = {}): Promise<ScenarioReport> {
  const say = hooks.onStage ?? (() => {});
  const closing: (() => Promise<void>)[] = [];
  const startedAt = performance.now();
  try {
    const stack = await infrastructureOf(scenario, say);
    closing.push(() => stack.stop());
    const environment: Record<string, string> = {
      ...serviceEnvironment(stack.env, scenario.dataDir, scenario.topicPrefix ?? ''),
      GATEWAY_PORT: '0',
      GATEWAY_GRPC_PORT: '0',
      ...scenario.environment,
    };
    const connections = await openConnections(
      connectionConfigOf({ ...process.env, ...environment }),
      'driftloop-scenario',
      createLogger({ name: 'scenario', level: 'silent' }),
      { needs: ['warehouse'] },
    );
    closing.push(() => connections.close());

    say(`Training version 1 on the first ${scenario.trainingRows} rows`);
    await registerFirstVersion(scenario, connections);

    say('Starting the services');
    const fleet = await startFleet({ environment, logDir: join(scenario.dataDir, 'logs') });
    closing.push(() => fleet.stop());

    await hooks.onReady?.(connections);
    say('Streaming');
    await stream(scenario, hooks, connections, fleet);
    say('Waiting for the last windows and retrains');
    // The last windows close once their partitions have been silent for long.
    await drained(connections, {
      quietMs: scenario.spec.window.partitionIdleMs + SETTLING_MS,
      timeoutMs: 180_000,
    });

    const infrastructure = stack.parts.reduce((sum, { pid }) => sum + (pid ? peakMemoryBytes(pid) : 0), 0);
    const report = await collectReport(connections, scenario.spec.model, {
      peakMemoryBytes: fleet.peakMemoryBytes() + infrastructure,
      seconds: (performance.now() - startedAt) / 1_000,
    });
    await hooks.onReport?.(report, connections);
    return report;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** How long, ms, the log's clock may be behind the wall clock, and a verdict behind its window. */
const SETTLING_MS = 5_000;

async function infrastructureOf(
  { infrastructure, dataDir, secure = false }: Scenario,
  say: (text: string) => void,
): Promise<Pick<LocalStack, 'env' | 'parts' | 'stop'>> {
  if (infrastructure) return { env: infrastructure, parts: [], stop: async () => {} };
  say('Starting Kafka, the schema registry and the ClickHouse engine');
  return startLocal({ dataDir, secure });
}

/** Makes the version that a scenario begins with. */
export async function trainFirstVersion({
  spec,
  table,
  clock,
  trainingRows,
  seed,
}: Pick<Scenario, 'spec' | 'table' | 'clock' | 'trainingRows' | 'seed'>): Promise<FirstVersion> {
  const data = labelledRowsOf(sliceTable(table, 0, trainingRows), clock);
  return makeFirstVersion(createOrtEngine(), { spec, factory: 'mlp', data, seed });
}

async function registerFirstVersion(scenario: Scenario, { registry }: Connections): Promise<void> {
  const { spec, clock, trainingRows } = scenario;
  const made = scenario.firstVersion ?? (await trainFirstVersion(scenario));
  await registry.register({
    spec,
    ...made,
    publish: true,
    eventTime: eventTimeOf(clock, trainingRows - 1),
    reasons: [`trained on the first ${trainingRows} rows`],
    actor: 'scenario',
  });
}

async function stream(
  scenario: Scenario,
  hooks: ScenarioHooks,
  connections: Connections,
  fleet: Fleet,
): Promise<void> {
  const { spec, table, clock, trainingRows } = scenario;
  const watching = new AbortController();
  let sent = { requests: 0, labels: 0 };
  const watch = watchLoop(connections, {
    model: spec.model,
    intervalMs: 1_000,
    signal: watching.signal,
    onGlimpse: (glimpse) => hooks.onGlimpse?.(glimpse, sent),
  });
  try {
    await produceTable({
      producer: connections.producer,
      model: spec.model,
      table: sliceTable(table, trainingRows, table.rows),
      firstRow: trainingRows,
      clock,
      labelDelayRows: scenario.labelDelayRows,
      rate: scenario.rate,
      onProgress: async (progress) => {
        sent = progress;
        await hooks.onSent?.(fleet, progress);
      },
    });
  } finally {
    watching.abort();
    await watch;
  }
}
