import { statusLocal } from '@driftloop/local';
import { readLocalState } from '../environment/settings.ts';
import type { Check } from './check.ts';

const VARIABLES = { kafka: 'KAFKA_BROKERS', registry: 'SCHEMA_REGISTRY_URL', clickhouse: 'CLICKHOUSE_URL' };
const NAMES = { kafka: 'Kafka', registry: 'Schema registry', clickhouse: 'ClickHouse' };

/**
 * Reaches for Kafka, registry and ClickHouse where the environment names them or `driftloop up` has
 * started them.
 */
export async function checkConnections(dataDir: string, environment: NodeJS.ProcessEnv): Promise<Check[]> {
  const isUp = readLocalState(dataDir) !== undefined;
  const parts = await statusLocal(dataDir);
  return parts.map(({ name, state, url = '' }): Check => {
    const variable = VARIABLES[name];
    const given = environment[variable];
    const common = { group: 'connection' as const, name: NAMES[name] };
    if (state === 'ready')
      return { ...common, state: 'ok', detail: `${url} (${given ? variable : 'driftloop up'})` };
    if (given) {
      const detail = `${given} cannot be reached: start it, correct ${variable}, or unset it to have a local one started`;
      return { ...common, state: 'missing', detail };
    }
    if (isUp) {
      const detail = `${url || 'it'} does not answer, though \`driftloop up\` started it: see its log, then npm run driftloop -- down and up`;
      return { ...common, state: 'missing', detail };
    }
    return { ...common, state: 'absent', detail: `not started: npm run driftloop -- up, or set ${variable}` };
  });
}
