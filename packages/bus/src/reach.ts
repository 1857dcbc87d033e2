import { pino } from 'pino';
import type { BusOptions } from './bus.ts';
import { SchemaIds } from './codec/schema-ids.ts';
import { Connection } from './kafka/connection.ts';

/**
 * Resolves when a broker has taken this process in.
 *
 * @throws DriftloopError CREDENTIALS_REFUSED, CERTIFICATE_REFUSED, KAFKA_UNAVAILABLE
 */
export async function reachKafka(options: BusOptions): Promise<void> {
  const { brokers, clientId, security = {}, logger = pino({ level: 'silent' }) } = options;
  const connection = new Connection({ brokers, clientId, logger, security });
  try {
    await connection.refresh();
  } finally {
    connection.close();
  }
}

/**
 * Resolves when the registry has answered a question that needs credentials.
 *
 * @throws DriftloopError CREDENTIALS_REFUSED, CERTIFICATE_REFUSED, PERMISSION_DENIED,
 *   REGISTRY_UNAVAILABLE
 */
export function reachRegistry({ registryUrl, registrySecurity }: BusOptions): Promise<void> {
  return new SchemaIds(registryUrl, '', registrySecurity).reach();
}
