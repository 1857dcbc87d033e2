import { DriftloopError } from '@driftloop/errors';
import { httpSecurity } from './http-security.ts';
import { ingestSecurity } from './ingest-security.ts';
import { kafkaSecurity } from './kafka-security.ts';
import type { HttpSecurity, IngestSecurity, KafkaSecurity, Problems } from './parts.ts';
import type { SecuritySettings } from './settings.ts';

/** TLS and credentials of every part, checked. */
export interface Security {
  readonly kafka: KafkaSecurity;
  /** How the ClickHouse server speaks to Kafka. */
  readonly ingest: IngestSecurity;
  readonly registry: HttpSecurity;
  readonly warehouse: HttpSecurity;
  readonly store: HttpSecurity;
}

/**
 * The addresses whose scheme and credentials the settings must fit; absent ones are not looked at.
 */
interface Addresses {
  readonly SCHEMA_REGISTRY_URL?: string;
  readonly CLICKHOUSE_URL?: string;
  readonly ARTIFACTS_URL?: string;
}

/**
 * What the settings say of TLS and credentials.
 *
 * @throws DriftloopError CONFIG_INVALID naming every variable that is missing, superfluous or
 *   wrong, and what to set; never a value of a secret
 */
export function securityOf(settings: SecuritySettings & Addresses): Security {
  const problems: Problems = [];
  const security = {
    kafka: kafkaSecurity(settings, problems),
    ingest: ingestSecurity(settings, problems),
    registry: httpSecurity('SCHEMA_REGISTRY', settings.SCHEMA_REGISTRY_URL, settings, problems),
    warehouse: httpSecurity('CLICKHOUSE', settings.CLICKHOUSE_URL, settings, problems),
    store: httpSecurity('S3', undefined, settings, problems),
  };
  if (problems.length === 0) return security;
  throw new DriftloopError('CONFIG_INVALID', `Settings are not valid: ${problems.join('; ')}`);
}
