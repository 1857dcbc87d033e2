import type { AuditOutcome, AuditVia } from '@driftloop/schemas';
import { boundedTime } from '../time.ts';
import type { Warehouse } from '../warehouse.ts';

/** Which entries of the audit log; what is left out holds for all. */
export interface AuditFilter {
  readonly model?: string;
  readonly actor?: string;
  readonly outcome?: string;
  /** Of these models only. */
  readonly models?: readonly string[];
  /** From then on, inclusive, epoch ms. */
  readonly since?: number;
  /** Until then, exclusive, epoch ms. */
  readonly until?: number;
  /** Those that were written before the one of this offset. */
  readonly before?: number;
}

/** An entry as it is stored. */
export interface StoredAudit {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly actor: string;
  readonly via: AuditVia;
  readonly tokenId: string;
  readonly role: string;
  readonly action: string;
  readonly target: string;
  readonly model: string;
  readonly version: number | null;
  readonly reason: string;
  readonly outcome: AuditOutcome;
  readonly status: number;
  readonly code: string;
  /** JSON. */
  readonly before: string | null;
  readonly after: string | null;
  readonly remoteAddress: string;
  /** On Kafka. */
  readonly offset: number;
}

/**
 * Who changed something, or wanted to, newest first.
 *
 * @throws DriftloopError WAREHOUSE_UNAVAILABLE
 */
export function auditLog(
  { query, database }: Pick<Warehouse, 'query' | 'database'>,
  filter: AuditFilter,
  limit: number,
): Promise<StoredAudit[]> {
  const { since, until, ...rest } = filter;
  const conditions: Readonly<Record<keyof AuditFilter, string>> = {
    model: 'model = {model:String}',
    actor: 'actor = {actor:String}',
    outcome: 'outcome = {outcome:String}',
    models: 'model IN {models:Array(String)}',
    since: `entry.at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`,
    until: `entry.at < fromUnixTimestamp64Milli({until:Int64}, 'UTC')`,
    before: 'kafka_offset < {before:UInt64}',
  };
  const given = Object.keys(filter) as (keyof AuditFilter)[];
  const where = ['1', ...given.map((name) => conditions[name])].join(' AND ');
  return query<StoredAudit>(
    `SELECT audit_id AS id, toUnixTimestamp64Milli(entry.at) AS at, actor, via, token_id AS tokenId, role, action, target, model,
       version, reason, outcome, status, code, before, after, remote_address AS remoteAddress, kafka_offset AS offset
     FROM ${database}.audit AS entry WHERE ${where} ORDER BY kafka_offset DESC LIMIT {limit:UInt32}`,
    {
      ...rest,
      ...(since === undefined ? {} : { since: boundedTime(since) }),
      ...(until === undefined ? {} : { until: boundedTime(until) }),
      limit,
    },
  );
}
