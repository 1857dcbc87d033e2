import { prepareConnections } from '@driftloop/connections';
import { createLogger } from '@driftloop/service';
import type { Command } from 'commander';
import { connectionConfig } from '../environment/settings.ts';
import { print } from '../output/print.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/** `driftloop prepare`: topics, schemas and tables, before the services of a new release start. */
export function addPrepare(program: Command): void {
  withCommonOptions(program.command('prepare'))
    .description('make topics, schemas and tables that are missing, as the first service would at its start')
    .addHelpText(
      'after',
      `
Harmless when they are there. Kubernetes runs it before the services of an install or upgrade start.

Examples:
  $ KAFKA_BROKERS=kafka:9092 SCHEMA_REGISTRY_URL=http://registry:8081 CLICKHOUSE_URL=http://clickhouse:8123 npm run driftloop -- prepare`,
    )
    .action(prepare);
}

async function prepare({ data, json }: CommonOptions): Promise<void> {
  const logger = createLogger({ name: 'driftloop', level: process.env.LOG_LEVEL ?? 'silent' });
  await prepareConnections(connectionConfig(data), 'driftloop-cli', logger);
  print(json ? JSON.stringify({ prepared: true }) : 'Topics, schemas and tables are there.');
}
