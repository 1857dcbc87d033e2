import { DriftloopError } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import { connectionsToMake, forgetCredentials, makeConnection } from '../ingest/connect.ts';
import type { IngestSettings } from '../ingest/ingest-settings.ts';
import type { SqlClient } from '../sql-client.ts';
import { checksum, readSqlFiles, type SqlFile, statements } from '../sql-files.ts';
import { withClaim } from './claim.ts';

/** Where the numbered migrations lie. */
export const MIGRATIONS = new URL('../../migrations/', import.meta.url);

/** What a migration run needs to know. */
export interface MigrateOptions {
  readonly client: SqlClient;
  readonly database: string;
  readonly ingest: IngestSettings;
  readonly logger: Logger;
  /** Whether topics that are connected with other addresses are connected again. @default true */
  readonly reconnect?: boolean;
  /** Folder of the numbered files. @default the package's own */
  readonly folder?: URL;
}

/**
 * Brings the database up to date: runs the numbered migrations that have not run yet, then connects
 * the topics whose connection is missing or was made with other settings. Any number of processes
 * may do so at the same time.
 *
 * @returns names of what was done, empty when there was nothing to do
 * @throws DriftloopError MIGRATION_CHANGED when a file that has run is not the same any more
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const { client, database, logger } = options;
  const toConnect = () => connectionsToMake(client, database, options.ingest, options.reconnect ?? true);
  const files = await readSqlFiles(options.folder ?? MIGRATIONS);
  await client.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
  await client.command(
    `CREATE TABLE IF NOT EXISTS ${database}.migrations (name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = ReplacingMergeTree ORDER BY name`,
  );
  await client.command(
    `CREATE TABLE IF NOT EXISTS ${database}.connections (topic String, fingerprint String, connected_at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = ReplacingMergeTree(connected_at) ORDER BY topic`,
  );
  const before = await compare(client, database, files);
  if (before.pending.length === 0 && (await toConnect()).length === 0) {
    return { applied: [] };
  }
  return withClaim(client, database, async () => {
    const { pending, fromNewerRelease } = await compare(client, database, files);
    for (const file of pending) {
      for (const statement of statements(file.text, { database })) await client.command(statement);
      await record(client, database, file);
      logger.info({ migration: file.name, database }, 'migration applied');
    }
    const applied = pending.map((file) => file.name);
    if (fromNewerRelease.length > 0) {
      // A newer release has prepared the tables; its connections fit them, ours may not.
      logger.warn({ database, migrations: fromNewerRelease }, 'database was migrated by a newer release');
      return { applied };
    }
    const connections = await toConnect();
    for (const connection of connections) {
      await makeConnection(client, database, connection);
      logger.info({ topic: connection.topic, database }, 'topic connected');
      applied.push(`connect ${connection.topic}`);
    }
    if (connections.length > 0) await forgetCredentials(client, database, options.ingest);
    return { applied };
  });
}

/** What has run against what there is. */
async function compare(client: SqlClient, database: string, files: readonly SqlFile[]) {
  const recorded = await client.rows<{ name: string; checksum: string }>(
    `SELECT name, checksum FROM ${database}.migrations FINAL`,
  );
  const checksums = new Map(recorded.map((row) => [row.name, row.checksum]));
  for (const file of files) {
    const ran = checksums.get(file.name);
    if (ran === undefined || ran === checksum(file.text)) continue;
    throw new DriftloopError(
      'MIGRATION_CHANGED',
      `Migration ${file.name} has run in database ${database} and was changed since. Restore the file and put the change into a new one.`,
    );
  }
  const known = new Set(files.map((file) => file.name));
  return {
    pending: files.filter((file) => !checksums.has(file.name)),
    fromNewerRelease: [...checksums.keys()].filter((name) => !known.has(name)),
  };
}

async function record(client: SqlClient, database: string, file: SqlFile): Promise<void> {
  await client.command(
    `INSERT INTO ${database}.migrations (name, checksum) SELECT {name:String}, {checksum:String}`,
    { name: file.name, checksum: checksum(file.text) },
  );
}
