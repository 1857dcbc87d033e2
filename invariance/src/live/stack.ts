import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ConnectionConfig, type Connections, openConnections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import { type LocalPart, startLocal } from '@driftloop/local';
import { createLogger } from '@driftloop/service';
import { PARTITIONS } from './input-log.ts';
import { createTimedTopics } from './timed-topics.ts';

/** A Kafka, registry and ClickHouse of their own for one run. */
export interface RunStack {
  readonly connections: Connections;
  /** Environment of the services. */
  readonly environment: Readonly<Record<'ARTIFACTS_URL' | 'KAFKA_BROKERS' | 'TOPIC_PREFIX', string>> &
    Readonly<Record<string, string>>;
  /** Kafka, the registry and ClickHouse. */
  readonly parts: readonly LocalPart[];
  /** Folder for logs of services; kept when `keep` is called before `close`. */
  readonly folder: string;
  keep(): void;
  close(): Promise<void>;
}

const OPEN_ATTEMPTS = 5;

/**
 * Starts everything but services.
 *
 * @param appendTime leaves the input topics as driftloop makes them; otherwise they take the log's
 *   own timestamps, and keep what is old
 */
export async function openStack(appendTime: boolean): Promise<RunStack> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-benchmark-'));
  const closing: (() => Promise<void>)[] = [];
  let isKept = false;
  const close = async () => {
    for (const part of closing.splice(0).reverse()) await part();
    if (!isKept) await rm(folder, { recursive: true, force: true });
  };
  try {
    const stack = await startLocal({ dataDir: join(folder, 'parts') });
    closing.push(async () => {
      await stack.stop();
      await rm(join(folder, 'parts'), { recursive: true, force: true });
    });
    if (!appendTime) await createTimedTopics(stack.env.KAFKA_BROKERS);
    const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, CLICKHOUSE_URL } = stack.env;
    const environment = {
      KAFKA_BROKERS,
      SCHEMA_REGISTRY_URL,
      CLICKHOUSE_URL,
      ARTIFACTS_URL: pathToFileURL(join(folder, 'artifacts')).href,
      TOPIC_PREFIX: '',
    };
    const connections = await opened({
      ...environment,
      KAFKA_BROKERS: environment.KAFKA_BROKERS.split(','),
      INPUT_PARTITIONS: PARTITIONS,
    });
    closing.push(() => connections.close());
    return {
      connections,
      environment,
      parts: stack.parts,
      folder,
      keep() {
        isKept = true;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A schema registry that has just started may be slow. */
async function opened(config: ConnectionConfig): Promise<Connections> {
  const logger = createLogger({ name: 'benchmark', level: 'silent' });
  for (let attempt = 1; ; attempt++) {
    try {
      return await openConnections(config, 'driftloop-benchmark', logger, { needs: ['warehouse'] });
    } catch (error) {
      if (!(error instanceof DriftloopError) || !error.retriable || attempt === OPEN_ATTEMPTS) throw error;
    }
  }
}
