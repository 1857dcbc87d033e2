import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { kafkaProperties } from '../secure/kafka-properties.ts';
import type { SecureFolder } from '../secure/secure-folder.ts';

const META_PROPERTIES = 'meta.properties';

/** Where the configuration of a Kafka data folder lies. */
export interface KafkaFiles {
  readonly properties: string;
  readonly logging: string;
}

/**
 * Writes the configuration of one broker that is its own KRaft controller, for these ports.
 *
 * @param secure what it speaks TLS and takes passwords with; the configuration then holds secrets
 *   and only its user can read it
 */
export async function writeKafkaConfig(
  folder: string,
  ports: readonly number[],
  secure?: SecureFolder,
): Promise<KafkaFiles> {
  await mkdir(folder, { recursive: true });
  const files = { properties: join(folder, 'server.properties'), logging: join(folder, 'log4j2.properties') };
  const properties = serverProperties(dataOf(folder), ports);
  const secured = secure === undefined ? {} : kafkaProperties(secure, ports);
  await writeFile(files.properties, lines({ ...properties, ...secured }), secure ? { mode: 0o600 } : {});
  await writeFile(files.logging, lines(LOGGING));
  return files;
}

/**
 * Formats a folder that is not formatted yet, the way `kafka-storage.sh format` does it but without
 * its JVM.
 *
 * @param formatted what that tool writes for every folder, see `keepFormat`; `meta.properties`
 *   names the cluster and the folder
 */
export async function formatKafkaFolder(folder: string, formatted: string): Promise<void> {
  if (isFormatted(folder)) return;
  const data = dataOf(folder);
  await mkdir(data, { recursive: true });
  await cp(formatted, data, { recursive: true });
  await writeFile(join(data, META_PROPERTIES), lines(metaProperties()));
}

/** Whether a folder is formatted. */
export function isFormatted(folder: string): boolean {
  return existsSync(join(dataOf(folder), META_PROPERTIES));
}

/**
 * Keeps what Kafka's format tool wrote into a folder and writes into every one: which files these
 * are differs by release.
 */
export async function keepFormat(folder: string, formatted: string): Promise<void> {
  await cp(dataOf(folder), formatted, {
    recursive: true,
    filter: (source) => basename(source) !== META_PROPERTIES,
  });
}

/** The cluster id of a formatted folder. */
export async function clusterId(folder: string): Promise<string | undefined> {
  const text = await readFile(join(dataOf(folder), META_PROPERTIES), 'utf8');
  return /^cluster\.id=(\S+)/m.exec(text)?.[1];
}

function dataOf(folder: string): string {
  return join(folder, 'data');
}

function metaProperties(): Record<string, string | number> {
  return { 'cluster.id': uuid(), 'directory.id': uuid(), 'node.id': 1, version: 1 };
}

/**
 * Kafka's way to write a UUID: 16 bytes in base64url; one that starts with a dash is avoided there,
 * too.
 */
export function uuid(): string {
  const text = randomBytes(16).toString('base64url');
  return text.startsWith('-') ? uuid() : text;
}

function serverProperties(
  data: string,
  [port, controllerPort]: readonly number[],
): Record<string, string | number> {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': data.replaceAll('\\', '/'),
    // A mistyped topic name is an error, not a new topic.
    'auto.create.topics.enable': 'false',
    // One broker: one replica of everything, and internal topics as small as they may be.
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    // Groups start at once, and a test may choose a short session.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // Tests write records with the times of long ago, which would be gone with the next check.
    'log.retention.check.interval.ms': 3_600_000,
    // A heap of 256 MB: by default the log cleaner alone takes 128 MB of it.
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.preallocate': 'false',
  };
}

const LOGGING: Record<string, string> = {
  status: 'error',
  'appender.console.type': 'Console',
  'appender.console.name': 'console',
  'appender.console.layout.type': 'PatternLayout',
  'appender.console.layout.pattern': '%d{ISO8601} %p %m (%c{1})%n',
  'rootLogger.level': 'warn',
  'rootLogger.appenderRef.console.ref': 'console',
  'logger.server.name': 'kafka.server.KafkaRaftServer',
  'logger.server.level': 'info',
};

function lines(values: Record<string, string | number>): string {
  return `${Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}
