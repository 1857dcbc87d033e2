import type { ServiceName } from '@driftloop/cli';
import { openPassage, type Passage, type Weather } from '../network/passage.ts';
import type { Stage } from '../stage/stage.ts';

/** Two processes that speak with each other. */
export interface Link {
  readonly from: ServiceName | 'clickhouse';
  readonly to: 'kafka' | 'registry' | 'clickhouse';
}

/** The links of a scenario that lead through proxies. */
export interface Links {
  /** What a service is to have for the addresses of the stage. */
  environmentOf(name: ServiceName): Readonly<Record<string, string>>;
  set(link: Link, weather: Weather): void;
  /** How many connections the weather has broken. */
  broken(link: Link): number;
  close(): Promise<void>;
}

const VARIABLES = {
  kafka: 'KAFKA_BROKERS',
  registry: 'SCHEMA_REGISTRY_URL',
  clickhouse: 'CLICKHOUSE_URL',
} as const;

/** Opens a proxy for each link; whoever is on none of them speaks with the parts themselves. */
export async function openLinks({ environment }: Stage, links: readonly Link[]): Promise<Links> {
  const proxies = new Map<string, Passage>();
  for (const link of links) {
    const target = portOf(environment[VARIABLES[link.to]]);
    proxies.set(nameOf(link), await openPassage(target, { namesItself: link.to === 'kafka' }));
  }
  const proxyOf = (link: Link): Passage => {
    const proxy = proxies.get(nameOf(link));
    if (!proxy) throw new Error(`The scenario does not name the link ${nameOf(link)}`);
    return proxy;
  };
  const through = (link: Link) => {
    const variable = VARIABLES[link.to];
    return withPort(environment[variable], proxyOf(link).port);
  };
  return {
    environmentOf(name) {
      const own = links.filter(({ from }) => from === name);
      const ingest = links.filter(({ from }) => from === 'clickhouse');
      return {
        ...environment,
        ...Object.fromEntries(own.map((link) => [VARIABLES[link.to], through(link)])),
        // ClickHouse reads Kafka itself, and is told the address by whoever makes its tables.
        CLICKHOUSE_KAFKA_BROKERS: ingest.map(through)[0] ?? environment.KAFKA_BROKERS,
      };
    },
    set: (link, weather) => proxyOf(link).set(weather),
    broken: (link) => proxyOf(link).broken(),
    async close() {
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
    },
  };
}

function nameOf({ from, to }: Link): string {
  return `${from} → ${to}`;
}

function portOf(address: string): number {
  return Number(/:(\d+)/.exec(address.replace(/^\w+:\/\//, ''))?.[1]);
}

function withPort(address: string, port: number): string {
  return address.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`);
}
