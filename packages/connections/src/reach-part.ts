import { reachKafka, reachRegistry } from '@driftloop/bus';
import type { Logger } from '@driftloop/service';
import { busOptions, type ConnectionConfig, openWarehouse } from './open-parts.ts';

/**
 * Reaches for one part as services do, with TLS and credentials.
 *
 * @throws DriftloopError CREDENTIALS_REFUSED, CERTIFICATE_REFUSED, PERMISSION_DENIED, or that it is
 *   out of reach
 */
export async function reachPart(
  part: 'kafka' | 'registry' | 'clickhouse',
  config: ConnectionConfig,
  name: string,
  logger: Logger,
): Promise<void> {
  const options = busOptions(config, name, logger);
  if (part === 'kafka') return reachKafka(options);
  if (part === 'registry') return reachRegistry(options);
  const warehouse = openWarehouse(config, logger);
  try {
    await warehouse.query('SELECT 1');
  } finally {
    await warehouse.close();
  }
}
