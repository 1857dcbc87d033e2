import type { NotificationOutcome, NotificationSeverity } from '@driftloop/schemas';
import type { Warehouse } from '../warehouse.ts';

/** Which messages; what is left out holds for all. */
export interface NotificationFilter {
  readonly rule?: string;
  /** pending, sent, failed or gaveUp. */
  readonly outcome?: string;
  /** Those that were made before the one of this offset. */
  readonly before?: number;
}

/** A message, and what came of its delivery. */
export interface StoredNotification {
  readonly id: string;
  readonly rule: string;
  /** When it was made, epoch ms. */
  readonly at: number;
  readonly title: string;
  readonly texts: readonly string[];
  readonly severity: NotificationSeverity;
  readonly models: readonly string[];
  readonly attempts: number;
  readonly outcome: NotificationOutcome;
  /** Why the last attempt failed; empty where it did not. */
  readonly error: string;
  /** When it is tried again, epoch ms. */
  readonly nextAt: number | null;
  /** On Kafka. */
  readonly offset: number;
}

/**
 * The delivery log: messages of notification rules, newest first.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export function notificationLog(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  filter: NotificationFilter,
  limit: number,
): Promise<StoredNotification[]> {
  const conditions: Readonly<Record<keyof NotificationFilter, string>> = {
    rule: 'rule = {rule:String}',
    outcome: 'outcome = {outcome:String}',
    before: 'first_offset < {before:UInt64}',
  };
  const given = Object.keys(filter) as (keyof NotificationFilter)[];
  const where = ['1', ...given.map((name) => conditions[name])].join(' AND ');
  return query<StoredNotification>(
    `SELECT message_id AS id, rule, toUnixTimestamp64Milli(formed_at) AS at, title, texts, severity, models, attempts, outcome,
       reason AS error, if(next_at IS NULL, NULL, toUnixTimestamp64Milli(assumeNotNull(next_at))) AS nextAt, first_offset AS offset
     FROM ${database}.notifications WHERE ${where} ORDER BY first_offset DESC LIMIT {limit:UInt32}`,
    { ...filter, limit },
  );
}
