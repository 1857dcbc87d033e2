import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectionConfigOf, type ServiceName } from '@driftloop/cli';
import { type Connections, openConnections } from '@driftloop/connections';
import {
  createTimedTopics,
  type InputLog,
  type RegisteredVersion,
  registerVersions,
} from '@driftloop/invariance';
import { createArtifactStore, openRegistry } from '@driftloop/registry';
import { createLogger } from '@driftloop/service';
import type { Random } from '@driftloop/stats';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { Stage } from '../stage/stage.ts';
import { type Link, type Links, openLinks } from './links.ts';
import { createServices, type Services } from './services.ts';

/** What a scenario is played on: topics and tables of its own, and services that no other has. */
export interface Site {
  readonly stage: Stage;
  readonly connections: Connections;
  readonly services: Services;
  readonly links: Links;
  /** Decides when, and how long. */
  readonly random: Random;
  readonly topicPrefix: string;
  /** Folder of the artifacts. */
  readonly artifacts: string;
  readonly admin: Admin;
  /** Registers one more version, which does not go live. */
  registerSpare(): Promise<number>;
  /** Removes its topics and tables. */
  close(): Promise<void>;
}

/** How a site is made. */
export interface SiteOptions {
  readonly name: string;
  readonly links: readonly Link[];
  readonly random: Random;
  readonly log: InputLog;
  readonly versions: ReadonlyMap<string, readonly RegisteredVersion[]>;
  /** More variables for services. */
  environment?(name: ServiceName): Readonly<Record<string, string>>;
}

/** Versions are live so long before the log begins. */
const PUBLISHED_BEFORE_MS = 3_600_000;
const PARTITIONS = '4';

/** Makes topics and tables and registers the versions; no service runs yet. */
export async function openSite(stage: Stage, options: SiteOptions): Promise<Site> {
  const { name, log, versions, random } = options;
  const topicPrefix = `${name}.`;
  const folder = join(stage.folder, name);
  const artifacts = join(folder, 'artifacts');
  const own = {
    ARTIFACTS_URL: pathToFileURL(artifacts).href,
    TOPIC_PREFIX: topicPrefix,
    INPUT_PARTITIONS: PARTITIONS,
  };
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const part of closing.splice(0).reverse()) await part();
  };
  try {
    const links = await openLinks(stage, options.links);
    closing.push(() => links.close());
    const brokers = stage.environment.KAFKA_BROKERS;
    await createTimedTopics(brokers, topicPrefix);
    const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    closing.push(() => admin.disconnect());
    const config = connectionConfigOf({
      ...stage.environment,
      CLICKHOUSE_KAFKA_BROKERS: links.environmentOf('gateway').CLICKHOUSE_KAFKA_BROKERS,
      ...own,
    });
    const logger = createLogger({ name: 'faults', level: 'silent' });
    const connections = await openConnections(config, 'driftloop-faults', logger, { needs: ['warehouse'] });
    closing.push(async () => {
      await connections.warehouse.drop();
      await connections.close();
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(topicPrefix));
      await admin.deleteTopics({ topics });
    });
    await registerVersions(connections.bus, {
      log,
      versions,
      artifactsUrl: own.ARTIFACTS_URL,
      at: (log.records[0]?.timestamp ?? 0) - PUBLISHED_BEFORE_MS,
    });
    const registerSpare = async () => {
      const [spec] = log.specs;
      const version = spec && versions.get(spec.model)?.[0];
      if (!spec || !version) throw new RangeError('the log has a model with a version');
      const store = createArtifactStore(own.ARTIFACTS_URL);
      const { bus, producer } = connections;
      const registry = await openRegistry({ bus, producer, store });
      try {
        return await registry.register({ spec, ...version, publish: false });
      } finally {
        await registry.close();
      }
    };
    const services = createServices(join(folder, 'logs'), (service) => ({
      ...links.environmentOf(service),
      ...own,
      ...options.environment?.(service),
    }));
    closing.push(() => services.close());
    return {
      stage,
      connections,
      services,
      links,
      random,
      topicPrefix,
      artifacts,
      admin,
      registerSpare,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
