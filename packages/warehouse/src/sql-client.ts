import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  type ClickHouseSettings,
  createClient,
} from '@clickhouse/client';
import { isRetriable } from '@driftloop/errors';
import type { HttpSecurity } from '@driftloop/service';
import { connectionOptions } from './sql-connection.ts';
import { toWarehouseError } from './sql-errors.ts';

/** Values of a query's {name:Type} placeholders. */
export type SqlParams = Readonly<Record<string, unknown>>;

/**
 * ClickHouse by its HTTP interface; every call is tried again for a while when ClickHouse cannot be
 * reached.
 */
export interface SqlClient {
  /** Runs a statement that answers nothing. It must be harmless to run it twice. */
  command(sql: string, params?: SqlParams, settings?: ClickHouseSettings): Promise<void>;
  /** Runs a query and returns its rows as objects; 64-bit integers as numbers, times as text. */
  rows<T>(sql: string, params?: SqlParams): Promise<T[]>;
  /** Inserts objects, one per row; times as epoch ms. It must be harmless to run it twice. */
  insert(table: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Runs a query and returns its rows as RowBinary. */
  rowBinary(sql: string, params?: SqlParams): Promise<Buffer>;
  close(): Promise<void>;
}

const SETTINGS = {
  output_format_json_quote_64bit_integers: 0,
  // Rows that are replaced are equal to those that replace them, so an index that skips one skips
  // the other.
  use_skip_indexes_if_final: 1,
} as const;

/**
 * Opens a client.
 * @param retryForMs how long a call is tried again after a retriable error before it fails
 * @param security instead of user and password in the URL, and for TLS
 */
export function createSqlClient(url: string, retryForMs: number, security: HttpSecurity = {}): SqlClient {
  const client = createClient({
    url,
    ...connectionOptions(security),
    request_timeout: 60_000,
    // Long lists of ids do not fit into a URL.
    use_multipart_params_auto: true,
    clickhouse_settings: SETTINGS,
    log: { level: ClickHouseLogLevel.OFF },
  });
  const attempt = <T>(work: () => Promise<T>) => retry(work, retryForMs);
  return {
    command: (query, params, settings) =>
      attempt(async () => {
        await client.command({ query, ...bind(params), ...(settings && { clickhouse_settings: settings }) });
      }),
    rows: <T>(query: string, params?: SqlParams) =>
      attempt(async () => {
        const result = await client.query({ query, format: 'JSONEachRow', ...bind(params) });
        return result.json<T>();
      }),
    insert: (table, rows) =>
      attempt(async () => {
        await client.insert({ table, format: 'JSONEachRow', values: [...rows] });
      }),
    rowBinary: (query, params) => attempt(() => readBinary(client, `${query} FORMAT RowBinary`, params)),
    close: () => client.close(),
  };
}

function bind(params: SqlParams | undefined) {
  return params === undefined ? {} : { query_params: { ...params } };
}

async function readBinary(client: ClickHouseClient, query: string, params?: SqlParams): Promise<Buffer> {
  const { stream } = await client.exec({ query, ...bind(params) });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function retry<T>(work: () => Promise<T>, retryForMs: number): Promise<T> {
  const giveUpAt = performance.now() + retryForMs;
  for (let pauseMs = 50; ; pauseMs = Math.min(2 * pauseMs, 1_000)) {
    try {
      return await work();
    } catch (error) {
      const mapped = toWarehouseError(error);
      if (!isRetriable(mapped) || performance.now() + pauseMs > giveUpAt) throw mapped;
      await sleep(pauseMs);
    }
  }
}
