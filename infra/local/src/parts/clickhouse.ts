import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFetch, type Fetch } from '@driftloop/service';
import { DISPLAY_NAME_HEADER } from '../clickhouse/headers.ts';
import { secureEnv } from '../secure/secure-env.ts';
import { type SecureFolder, textOf, USER } from '../secure/secure-folder.ts';
import type { Part, PartRun } from './part.ts';

const SERVER = fileURLToPath(new URL('../clickhouse/server.ts', import.meta.url));

/**
 * ClickHouse's engine (chdb) in one process of ours that speaks ClickHouse's HTTP interface.
 *
 * @param secure what it speaks TLS and takes a password or a certificate with
 */
export function clickhousePart(secure?: SecureFolder): Part {
  // Once, as it is asked again and again during a start.
  let ask: Fetch | undefined;
  const part: Part = {
    name: 'clickhouse',
    portCount: 1,
    async prepare() {
      return async (run) => {
        await mkdir(run.folder, { recursive: true });
        const config = join(run.folder, 'config.xml');
        await writeFile(config, engineConfig(secure));
        return {
          command: process.execPath,
          args: [
            '--disable-warning=ExperimentalWarning',
            SERVER,
            ...['--data', join(run.folder, 'data')],
            ...['--config', config],
            ...['--port', String(run.ports[0])],
            ...['--name', run.id],
            ...['--part', run.mark],
            ...(secure === undefined ? [] : securityArguments(secure)),
          ],
          // Queries, compression and files share libuv's threads: more than queries run at once.
          env: { UV_THREADPOOL_SIZE: '16' },
        };
      };
    },
    isReady,
    url: (ports) => `http${secure ? 's' : ''}://127.0.0.1:${ports[0]}`,
    ...(secure && { security: (ports: readonly number[]) => secureEnv('clickhouse', secure, ports) }),
  };
  async function isReady(run: PartRun): Promise<boolean> {
    try {
      ask ??= createFetch(secure && { tls: { ca: textOf(secure.ca) } });
      const response = await ask(`${part.url(run.ports)}/ping`, { signal: AbortSignal.timeout(5_000) });
      await response.discard();
      return response.ok && response.header(DISPLAY_NAME_HEADER) === run.id;
    } catch {
      return false;
    }
  }
  return part;
}

function securityArguments(secure: SecureFolder): string[] {
  return [
    ...['--certificate', secure.partCert],
    ...['--key', secure.partKey],
    ...['--ca', secure.ca],
    ...['--user', USER],
    ...['--password-file', secure.passwordFile('clickhouse')],
  ];
}

/** Whom the engine trusts where it fetches something itself: schemas, by HTTPS. */
function trusted({ ca }: SecureFolder): string {
  return `  <openSSL>
    <client>
      <caConfig>${ca}</caConfig>
      <verificationMode>strict</verificationMode>
      <loadDefaultCAFile>false</loadDefaultCAFile>
      <invalidCertificateHandler><name>RejectCertificateHandler</name></invalidCertificateHandler>
    </client>
  </openSSL>
`;
}

/**
 * The engine's configuration. Kafka tables: after a kill -9 the group waits for the dead member's
 * session, so it is as short as Kafka allows by default, and partitions that are added are looked
 * for every 5 s, not 5 min. A fetch that finds nothing waits for 2 s, so that idle tables cost
 * little. A Kafka table takes one thread of the message broker pool, so there are more than topics.
 * Caches are sized for a laptop rather than a server.
 */
function engineConfig(secure: SecureFolder | undefined): string {
  return `<clickhouse>
${secure === undefined ? '' : trusted(secure)}  <kafka>
    <session_timeout_ms>6000</session_timeout_ms>
    <heartbeat_interval_ms>1500</heartbeat_interval_ms>
    <topic_metadata_refresh_interval_ms>5000</topic_metadata_refresh_interval_ms>
    <fetch_wait_max_ms>2000</fetch_wait_max_ms>
  </kafka>
  <background_message_broker_schedule_pool_size>16</background_message_broker_schedule_pool_size>
  <mark_cache_size>134217728</mark_cache_size>
  <primary_index_cache_size>134217728</primary_index_cache_size>
  <index_mark_cache_size>67108864</index_mark_cache_size>
  <compiled_expression_cache_size>16777216</compiled_expression_cache_size>
</clickhouse>
`;
}
