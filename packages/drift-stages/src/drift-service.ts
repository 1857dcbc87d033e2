import type { ConsumeOptions } from '@driftloop/bus';
import {
  type ConnectedDependencies,
  type ConnectionConfig,
  type Connections,
  openConnections,
} from '@driftloop/connections';
import { DRIFT_GROUPS, type Signal } from '@driftloop/schemas';
import type { Clock, Service } from '@driftloop/service';
import type { Stage } from '@driftloop/streams';
import {
  type ChunkedMapOptions,
  type PartitionRows,
  type RowTopic,
  runChunkedMap,
} from './map/chunked-map.ts';
import { createMeters } from './meters.ts';
import { type ModelContexts, openModelContexts } from './model-contexts.ts';

/** What tells one drift service from another. */
export interface DriftServiceOptions<T extends RowTopic> {
  readonly name: string;
  readonly signal: Signal;
  /** Topic whose rows are sketched. */
  readonly topic: T;
  /** Undecodable records: skipped where another service writes them to dead.letters. */
  readonly badRecords: ConsumeOptions<T>['badRecords'];
  /** Opens what turns the topic's records into rows. */
  open(parts: DriftServiceParts): RowSource<T> | Promise<RowSource<T>>;
}

/** A drift service's own part: from the records of its topic to rows that are sketched. */
export interface RowSource<T extends RowTopic>
  extends Pick<ChunkedMapOptions<T>, 'timedBy' | 'timestampOf' | 'endSeenAt'> {
  /** Starts with a partition. */
  open(partition: number): PartitionRows<T>;
  close?(): Promise<void>;
}

/** What a drift service's own part may use. */
export interface DriftServiceParts {
  readonly contexts: ModelContexts;
  readonly connections: Connections;
  readonly clock: Clock;
  /** Ends the service with an error that nothing else handles. */
  fail(error: unknown): void;
}

type Dependencies = ConnectedDependencies<ConnectionConfig>;

/**
 * A drift service: a chunked map from its input topic to drift.sketches. Several instances share it
 * by Kafka's partitions.
 */
export function createDriftService<T extends RowTopic>(
  options: DriftServiceOptions<T>,
  { config, logger, metrics, clock, fail, connect = openConnections }: Dependencies,
): Service {
  const { name, signal, topic, badRecords } = options;
  const meters = createMeters(metrics);
  let connections: Connections | undefined;
  let source: RowSource<T> | undefined;
  let map: Stage | undefined;

  return {
    async start() {
      connections = await connect(config, name, logger, { needs: ['warehouse'], clock });
      const { bus, producer, registry } = connections;
      const contexts = openModelContexts(registry, logger, clock);
      const opened = await options.open({ connections, contexts, clock, fail });
      source = opened;
      map = await runChunkedMap<T>({
        ...opened,
        bus,
        producer,
        group: DRIFT_GROUPS[topic],
        topic,
        signal,
        badRecords,
        clock,
        fail,
        models: contexts.models,
        meet: contexts.meet,
        open(partition) {
          const rows = opened.open(partition);
          return {
            ...rows,
            async prepare(records, isEnding) {
              await rows.prepare(records, isEnding);
              meters.rowsSketched.inc(records.length);
            },
          };
        },
      });
    },

    async stop() {
      await map?.stop();
      await source?.close?.();
      await connections?.close();
    },

    health() {
      const health = map?.health();
      const models = connections?.registry.health();
      const reason = health?.detail.reason ?? models?.reason;
      return {
        ok: (health?.ok ?? false) && (models?.ok ?? false),
        detail: { ...(reason === undefined ? {} : { reason }), map: health?.detail ?? null },
        reading: health ? [health.detail] : [],
      };
    },
  };
}
