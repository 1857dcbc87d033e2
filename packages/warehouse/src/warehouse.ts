import type { DriftVerdict, InputPosition } from '@driftloop/schemas';
import type { HttpSecurity, KafkaSecurity, Logger } from '@driftloop/service';
import type { AskingLabel, LabelledRows, ServedAnswer } from '@driftloop/spec';
import { dropCollections } from './ingest/collection.ts';
import { repair } from './ingest/repair.ts';
import { migrate } from './migrations/migrate.ts';
import { checkDatabaseName, databaseOf } from './names.ts';
import { type AlarmBudgetRow, alarmBudget } from './queries/alarm-budget.ts';
import {
  type BacktestRows,
  type BacktestsQuery,
  backtests,
  type SavedBacktest,
  saveBacktest,
} from './queries/backtests.ts';
import * as history from './queries/history.ts';
import { ingested } from './queries/ingested.ts';
import { type LabelledRowsQuery, labelledRows } from './queries/labelled-rows.ts';
import { type OutputPerformanceRow, outputPerformance } from './queries/output-performance.ts';
import { predictionsFor } from './queries/predictions.ts';
import { type FoundRequest, type RequestAt, requestsFor } from './queries/requests.ts';
import { type SliceRange, slice } from './queries/slice.ts';
import type { SliceRecords, StoredRecord } from './queries/stored-records.ts';
import { type Summary, type SummaryQuery, summary } from './queries/summary.ts';
import { verdicts } from './queries/verdicts.ts';
import { waitForIngest } from './queries/wait-for-ingest.ts';
import { createSqlClient, type SqlParams } from './sql-client.ts';
import type { StoredTopic } from './tables.ts';

/** Where the warehouse is and what it reads. */
export interface WarehouseOptions {
  /** ClickHouse's HTTP interface, with user and password where it asks for them. */
  readonly url: string;
  /** @default `driftloop`, or `driftloop_<topicPrefix>` */
  readonly database?: string;
  /** @default no prefix */
  readonly topicPrefix?: string;
  /** Kafka's bootstrap servers as the ClickHouse server sees them. */
  readonly kafkaBrokers: readonly string[];
  /** Schema registry as the ClickHouse server sees it. */
  readonly registryUrl: string;
  /** TLS and credentials for ClickHouse. @default none but what the URL holds */
  readonly security?: HttpSecurity;
  /** With which the ClickHouse server reads Kafka. @default plaintext, without a password */
  readonly kafkaSecurity?: KafkaSecurity;
  /** With which the ClickHouse server reads the registry. @default none but what the URL holds */
  readonly registrySecurity?: HttpSecurity;
  /**
   * A named collection of the ClickHouse server with addresses and credentials of Kafka and the
   * registry, instead of one that is made of the above.
   */
  readonly collection?: string;
  readonly logger: Logger;
  /** How long a call is tried again while ClickHouse cannot be reached. @default 15000 */
  readonly retryForMs?: number;
}

/**
 * ClickHouse with every topic of driftloop as a table. Every call fails with a DriftloopError
 * WAREHOUSE_UNAVAILABLE, which is retriable when ClickHouse could not be reached or was overloaded.
 */
export interface Warehouse {
  /** Name of the database, for queries: `SELECT … FROM ${warehouse.database}.drift_history`. */
  readonly database: string;
  /**
   * Creates or updates the tables and connects the topics; see docs/warehouse.md. Harmless to run
   * at any time, by any number.
   *
   * @param options.reconnect whether topics that are connected with other addresses are connected
   *   again; default true. A tool that may see Kafka under another name than the services do passes
   *   false.
   * @throws DriftloopError MIGRATION_CHANGED when a migration that has run is not the same any more
   */
  migrate(options?: { readonly reconnect?: boolean }): Promise<{ applied: string[] }>;
  /**
   * Decodes messages that ClickHouse could not decode when it read them because the schema registry
   * was away; says how many by topic. `migrate` does it too.
   */
  repair(): Promise<Partial<Record<StoredTopic, number>>>;
  /** Removes the database with all data. */
  drop(): Promise<void>;
  /** The live or canary answers that labels are about, in their order; undefined where none is. */
  predictionsFor(model: string, labels: readonly AskingLabel[]): Promise<(ServedAnswer | undefined)[]>;
  /** The columns of the requests at these places; one that is not kept is absent. */
  requestsFor(model: string, places: readonly RequestAt[]): Promise<FoundRequest[]>;
  /** Partition → one past the newest offset that can be queried. */
  ingested(topic: StoredTopic): Promise<Map<number, number>>;
  /**
   * Resolves once the topic has been read up to these positions.
   * @param options.timeoutMs default 30000
   */
  waitForIngest(
    topic: StoredTopic,
    positions: readonly InputPosition[],
    options?: { readonly timeoutMs?: number },
  ): Promise<void>;
  /** Requests with their labels, in order of event time. */
  labelledRows(query: LabelledRowsQuery): Promise<LabelledRows>;
  /** Windows with their strongest evidence and verdict, oldest first. */
  driftHistory(model: string, query?: history.HistoryQuery): Promise<history.DriftHistoryRow[]>;
  /** Estimated, provisional and realised performance by window, version and role, oldest first. */
  performance(model: string, query?: history.HistoryQuery): Promise<history.PerformanceRow[]>;
  /** The same of each of several outputs, oldest first. */
  outputPerformance(model: string, query?: history.HistoryQuery): Promise<OutputPerformanceRow[]>;
  /** Lateness of labels by day of arrival, oldest first. */
  labelLag(model: string, query?: { readonly limit?: number }): Promise<history.LabelLagRow[]>;
  /** What the false-alarm budgets of a model promise, and what was spent of them. */
  alarmBudget(model: string): Promise<AlarmBudgetRow[]>;
  /** Steps in the life of a model, oldest first. */
  modelHistory(model: string, query?: history.HistoryQuery): Promise<history.ModelHistoryRow[]>;
  /** Verdicts in the order they were given. */
  verdicts(model: string, query?: history.HistoryQuery): Promise<DriftVerdict[]>;
  /** Saves what a backtest came to; the same one again replaces itself. */
  saveBacktest(rows: BacktestRows): Promise<void>;
  /** Saved backtests, the newest first. */
  backtests(query?: BacktestsQuery): Promise<SavedBacktest[]>;
  /** What happened to a model's traffic. */
  summary(model: string, query?: SummaryQuery): Promise<Summary>;
  /**
   * Records of a topic as they were on Kafka, past its retention, in the order in which the bus
   * reads them.
   */
  slice<T extends keyof SliceRecords>(topic: T, range: SliceRange): AsyncIterable<StoredRecord<T>[]>;
  /**
   * Runs a query with bound parameters: `{name:Type}` in the text. Rows are objects; times are
   * text.
   */
  query<T>(sql: string, params?: SqlParams): Promise<T[]>;
  close(): Promise<void>;
}

/**
 * Opens a warehouse; nothing is sent before the first call.
 *
 * @throws DriftloopError CONFIG_INVALID when the database's name is not an identifier
 */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  const topicPrefix = options.topicPrefix ?? '';
  const database =
    options.database === undefined ? databaseOf(topicPrefix) : checkDatabaseName(options.database);
  const client = createSqlClient(options.url, options.retryForMs ?? 15_000, options.security);
  const { kafkaBrokers, registryUrl, kafkaSecurity = {}, registrySecurity = {}, collection } = options;
  const ingest = {
    kafkaBrokers,
    registryUrl,
    topicPrefix,
    kafkaSecurity,
    registrySecurity,
    ...(collection === undefined ? {} : { collection }),
  };
  return {
    database,
    async migrate(settings = {}) {
      const result = await migrate({ client, database, ingest, logger: options.logger, ...settings });
      const repaired = await repair(client, database, ingest);
      if (Object.keys(repaired).length > 0)
        options.logger.info({ repaired, database }, 'messages decoded late');
      return result;
    },
    repair: () => repair(client, database, ingest),
    async drop() {
      await client.command(`DROP DATABASE IF EXISTS ${database} SYNC`);
      await dropCollections(client, database);
    },
    predictionsFor: (model, labels) => predictionsFor(client, database, model, labels),
    requestsFor: (model, places) => requestsFor(client, database, model, places),
    ingested: (topic) => ingested(client, database, topic),
    waitForIngest: (topic, positions, { timeoutMs = 30_000 } = {}) =>
      waitForIngest(client, database, topic, positions, timeoutMs),
    labelledRows: (query) => labelledRows(client, database, query),
    driftHistory: (model, query = {}) => history.driftHistory(client, database, model, query),
    performance: (model, query = {}) => history.performance(client, database, model, query),
    outputPerformance: (model, query = {}) => outputPerformance(client, database, model, query),
    alarmBudget: (model) => alarmBudget(client, database, model),
    labelLag: (model, query = {}) => history.labelLag(client, database, model, query.limit),
    modelHistory: (model, query = {}) => history.modelHistory(client, database, model, query),
    verdicts: (model, query = {}) => verdicts(client, database, model, query),
    saveBacktest: (rows) => saveBacktest(client, database, rows),
    backtests: (query = {}) => backtests(client, database, query),
    summary: (model, query = {}) => summary(client, database, model, query),
    slice: (topic, range) => slice(client, database, topic, range),
    query: (sql, params) => client.rows(sql, params),
    close: () => client.close(),
  };
}
