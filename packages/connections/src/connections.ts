import type { Bus, TypedProducer } from '@driftloop/bus';
import { openRegistry, type Registry } from '@driftloop/registry';
import type { Clock, Logger, ServiceDependencies } from '@driftloop/service';
import type { Warehouse } from '@driftloop/warehouse';
import { type ConnectionConfig, openBus, openStore, openWarehouse, type TopicConfig } from './open-parts.ts';

/** What a service works with that reads and writes topics only. */
export interface TopicConnections {
  readonly bus: Bus;
  /** The one producer of the process: the registry sends by it, too. */
  readonly producer: TypedProducer;
  /** Specs and versions, folded up to now and followed. */
  readonly registry: Registry;
  /** Closes everything in reverse order. */
  close(): Promise<void>;
}

/** The same with ClickHouse. */
export interface Connections extends TopicConnections {
  readonly warehouse: Warehouse;
}

/** What not every service works with. */
export type Need = 'warehouse';

/** How connections are opened. */
export interface ConnectOptions<Needs extends readonly Need[]> {
  readonly needs: Needs;
  /**
   * false where this process may see Kafka and the registry under other addresses than ClickHouse
   * does: its own are then not given to ClickHouse. @default true
   */
  readonly reconnect?: boolean;
  /** @default the machine's */
  readonly clock?: Clock;
}

/**
 * What a service's factory gets that opens its connections by `openConnections`, or by what stands
 * in for it.
 */
export interface ConnectedDependencies<C> extends ServiceDependencies<C> {
  /** @default openConnections */
  readonly connect?: typeof openConnections;
}

/**
 * The one door to the outside: opens what a service works with. Topics exist, also tables where
 * they are needed, and the registry is folded when it resolves. When one part cannot be opened,
 * those that were are closed again.
 *
 * @param name client id on Kafka
 * @throws DriftloopError KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE or WAREHOUSE_UNAVAILABLE
 *   (retriable), SCHEMA_INCOMPATIBLE, CONFIG_INVALID, MIGRATION_CHANGED
 */
export async function openConnections(
  config: TopicConfig,
  name: string,
  logger: Logger,
  options: ConnectOptions<readonly []>,
): Promise<TopicConnections>;
export async function openConnections(
  config: ConnectionConfig,
  name: string,
  logger: Logger,
  options: ConnectOptions<readonly ['warehouse']>,
): Promise<Connections>;
export async function openConnections(
  config: TopicConfig | ConnectionConfig,
  name: string,
  logger: Logger,
  { needs, reconnect, clock }: ConnectOptions<readonly Need[]>,
): Promise<TopicConnections | Connections> {
  return closingOnError(async (keep, close) => {
    const bus = keep(openBus(config, name, logger));
    await bus.ensureTopics();
    let warehouse: Warehouse | undefined;
    if (needs.includes('warehouse') && 'CLICKHOUSE_URL' in config) {
      warehouse = keep(openWarehouse(config, logger));
      await warehouse.migrate(reconnect === undefined ? {} : { reconnect });
    }
    const producer = keep(await bus.producer());
    const store = openStore(config);
    const registry = keep(await openRegistry({ bus, producer, store, logger, ...(clock ? { clock } : {}) }));
    return { bus, producer, registry, ...(warehouse ? { warehouse } : {}), close };
  });
}

type Keep = <T extends { close(): Promise<void> }>(part: T) => T;

async function closingOnError<T>(open: (keep: Keep, close: () => Promise<void>) => Promise<T>): Promise<T> {
  const opened: { close(): Promise<void> }[] = [];
  const keep: Keep = (part) => {
    opened.push(part);
    return part;
  };
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    return await open(keep, close);
  } catch (error) {
    await close();
    throw error;
  }
}
