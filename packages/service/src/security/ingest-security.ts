import { kafkaSecurity } from './kafka-security.ts';
import type { IngestSecurity, Problems } from './parts.ts';
import type { SecuritySettings } from './settings.ts';

/**
 * How the ClickHouse server speaks to Kafka: as services do, but for what is said of it alone.
 */
export function ingestSecurity(settings: SecuritySettings, problems: Problems): IngestSecurity {
  const brokers = settings.CLICKHOUSE_KAFKA_BROKERS?.split(',').map((broker) => broker.trim());
  const found: Problems = [];
  const kafka = kafkaSecurity(ownView(settings), found);
  // What is wrong with Kafka's own settings is said once.
  const isOwn = Object.keys(settings).some((name) => name.startsWith('CLICKHOUSE_KAFKA_S'));
  if (isOwn) problems.push(...found.map((problem) => `for ClickHouse as a client of Kafka, ${problem}`));
  return { kafka, ...(brokers === undefined ? {} : { brokers }) };
}

/**
 * Kafka's settings with ClickHouse's own in their place, and without what its protocol has no use
 * for.
 */
function ownView(settings: SecuritySettings): SecuritySettings {
  const own = {
    KAFKA_SECURITY_PROTOCOL: settings.CLICKHOUSE_KAFKA_SECURITY_PROTOCOL,
    KAFKA_SASL_MECHANISM: settings.CLICKHOUSE_KAFKA_SASL_MECHANISM,
    KAFKA_SASL_USERNAME: settings.CLICKHOUSE_KAFKA_SASL_USERNAME,
    KAFKA_SASL_PASSWORD: settings.CLICKHOUSE_KAFKA_SASL_PASSWORD,
  };
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const protocol = own.KAFKA_SECURITY_PROTOCOL;
  const isUsed = (name: string) =>
    protocol === undefined ||
    ((protocol.endsWith('SSL') || !name.startsWith('KAFKA_TLS_')) &&
      (protocol.startsWith('SASL_') || !/^KAFKA_(?:SASL|OAUTH)_/.test(name)));
  const kept = Object.entries(settings).filter(([name]) => isUsed(name));
  return { ...Object.fromEntries(kept), ...given };
}
