import { reachPart } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import { type PartName, statusLocal } from '@driftloop/local';
import { createLogger } from '@driftloop/service';
import { connectionConfigOf, environmentOf, readLocalState } from '../environment/settings.ts';
import type { Check } from './check.ts';

const VARIABLES = { kafka: 'KAFKA_BROKERS', registry: 'SCHEMA_REGISTRY_URL', clickhouse: 'CLICKHOUSE_URL' };
const NAMES = { kafka: 'Kafka', registry: 'Schema registry', clickhouse: 'ClickHouse' };

/**
 * Reaches for Kafka, registry and ClickHouse where the environment names them or `driftloop up` has
 * started them, with the TLS settings and credentials that services would take.
 */
export async function checkConnections(dataDir: string, environment: NodeJS.ProcessEnv): Promise<Check[]> {
  const isUp = readLocalState(dataDir) !== undefined;
  const parts = await statusLocal(dataDir);
  return Promise.all(parts.map(check));

  async function check({ name, state, url = '' }: (typeof parts)[number]): Promise<Check> {
    const variable = VARIABLES[name];
    const given = environment[variable];
    const common = { group: 'connection' as const, name: NAMES[name] };
    if (state === 'ready') {
      const problem = await keptOut(name, url, dataDir, environment);
      if (problem !== undefined) return { ...common, state: 'missing', detail: problem };
      return { ...common, state: 'ok', detail: `${url} (${given ? variable : 'driftloop up'})` };
    }
    if (given) {
      const detail = `${given} cannot be reached: start it, correct ${variable}, or unset it to have a local one started`;
      return { ...common, state: 'missing', detail };
    }
    if (isUp) {
      const detail = `${url || 'it'} does not answer, though \`driftloop up\` started it: see its log, then npm run driftloop -- down and up`;
      return { ...common, state: 'missing', detail };
    }
    return { ...common, state: 'absent', detail: `not started: npm run driftloop -- up, or set ${variable}` };
  }
}

/** Why a part that is there does not let this process in; undefined when it does. */
async function keptOut(
  name: PartName,
  url: string,
  dataDir: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  // One part at a time is looked at; the others need not be named.
  const others = {
    KAFKA_BROKERS: 'none:1',
    SCHEMA_REGISTRY_URL: 'none',
    CLICKHOUSE_URL: 'none',
    ARTIFACTS_URL: 'none',
  };
  const logger = createLogger({ name: 'driftloop', level: 'silent' });
  try {
    const settings = { ...others, ...environmentOf(dataDir, environment), [VARIABLES[name]]: url };
    await reachPart(name, connectionConfigOf(settings), 'driftloop-doctor', logger);
    return undefined;
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}
