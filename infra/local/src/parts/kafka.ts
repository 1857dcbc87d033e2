import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { cachedFolder } from '../install/cached-folder.ts';
import { classArchiveOptions } from '../install/class-archive.ts';
import type { PartCommand } from '../processes/part-command.ts';
import { kafkaJvmOptions, MUTUAL_PORT, PORT_COUNT, scramArguments } from '../secure/kafka-properties.ts';
import { secureEnv } from '../secure/secure-env.ts';
import { type SecureFolder, textOf } from '../secure/secure-folder.ts';
import { findJava, type Java } from '../tools/java.ts';
import { runMaven } from '../tools/maven.ts';
import { runTool } from '../tools/run-tool.ts';
import {
  clusterId,
  formatKafkaFolder,
  isFormatted,
  keepFormat,
  uuid,
  writeKafkaConfig,
} from './kafka-config.ts';
import { describeKafka } from './kafka-probe.ts';
import { JVM_OPTIONS, type Part, type PartRun } from './part.ts';
import { rehearse } from './rehearse.ts';

/** What driftloop is tested on. */
const USUAL_VERSION = '4.1.1';
/** In the folder of an installation: what every formatted folder holds. */
const FORMATTED = 'formatted';
const POM = fileURLToPath(new URL('../../maven/kafka/pom.xml', import.meta.url));

/**
 * Apache Kafka in KRaft mode: one broker that is its own controller.
 *
 * @param secure what it speaks TLS and takes passwords with
 */
export function kafkaPart(
  cacheDir: string,
  env: NodeJS.ProcessEnv = process.env,
  secure?: SecureFolder,
): Part {
  const part: Part = {
    name: 'kafka',
    portCount: secure === undefined ? 2 : PORT_COUNT,
    async prepare(report) {
      const java = await findJava();
      const version = versionOf(env);
      const installation = await cachedFolder(cacheDir, `kafka-${version}`, POM, async (folder) => {
        report(`fetching Apache Kafka ${version} (43 MB) with Maven`);
        await runMaven(POM, 'copy-dependencies', join(folder, 'libs'), { 'kafka.version': version });
        await makeFormat(java, folder, version);
      });
      const options = await classArchiveOptions(installation, java, (archiving, folder) => {
        report('making a class archive for quick starts (once)');
        const open = kafkaPart(cacheDir, env);
        return rehearse(open, folder, (run) => kafkaCommand(java, installation, archiving, run));
      });
      return (run) => kafkaCommand(java, installation, options, run, secure);
    },
    async isReady(run) {
      // By certificate, which takes one request; a password would take four.
      const tls = secure && {
        ca: textOf(secure.ca),
        cert: textOf(secure.userCert),
        key: textOf(secure.userKey),
      };
      const port = tls === undefined ? clientPort(run.ports) : (run.ports[MUTUAL_PORT] ?? 0);
      const cluster = await describeKafka('127.0.0.1', port, tls);
      return (
        cluster !== undefined && cluster.brokers > 0 && cluster.clusterId === (await clusterId(run.folder))
      );
    },
    url: (ports) => `127.0.0.1:${clientPort(ports)}`,
    ...(secure && { security: (ports: readonly number[]) => secureEnv('kafka', secure, ports) }),
  };
  return part;
}

/** @throws DriftloopError CONFIG_INVALID for what is no version */
function versionOf({ LOCAL_KAFKA_VERSION: version = USUAL_VERSION }: NodeJS.ProcessEnv): string {
  if (/^\d+\.\d+\.\d+$/.test(version)) return version;
  throw new DriftloopError(
    'CONFIG_INVALID',
    `LOCAL_KAFKA_VERSION is '${version}', which is no version of Kafka: set it to three numbers, such as ${USUAL_VERSION}.`,
  );
}

function clientPort(ports: readonly number[]): number {
  const [port] = ports;
  if (port === undefined) throw new RangeError('Kafka needs two ports');
  return port;
}

async function kafkaCommand(
  java: Java,
  installation: string,
  options: readonly string[],
  run: PartRun,
  secure?: SecureFolder,
): Promise<PartCommand> {
  const files = await writeKafkaConfig(run.folder, run.ports, secure);
  if (secure === undefined) await formatKafkaFolder(run.folder, join(installation, FORMATTED));
  else if (!isFormatted(run.folder))
    await format(java, installation, run.folder, files.properties, scramArguments(secure));
  return {
    command: java.command,
    args: [
      ...JVM_OPTIONS,
      ...kafkaJvmOptions(secure),
      ...options,
      `-Ddriftloop.part=${run.mark}`,
      `-Dlog4j2.configurationFile=${files.logging}`,
      'kafka.Kafka',
      files.properties,
    ],
    env: { CLASSPATH: await classPath(join(installation, 'libs')) },
  };
}

/**
 * Every jar by name and in order: a class archive holds only for the very class path it was made
 * with.
 */
async function classPath(libs: string): Promise<string> {
  const jars = (await readdir(libs)).filter((name) => name.endsWith('.jar')).sort();
  return jars.map((name) => join(libs, name)).join(delimiter);
}

/**
 * Formats a folder once with Kafka's own tool and keeps the part of it that is the same for every
 * folder.
 */
async function makeFormat(java: Java, installation: string, version: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-format-'));
  try {
    const { properties } = await writeKafkaConfig(folder, [9092, 9093]);
    await format(java, installation, folder, properties, []).catch((error: Error) => {
      throw new DriftloopError('LOCAL_START_FAILED', `Kafka ${version}: ${error.message}`);
    });
    await keepFormat(folder, join(installation, FORMATTED));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Formats a folder with Kafka's own tool.
 *
 * @param more arguments; they may hold passwords, which a command line would show to everybody
 */
async function format(
  java: Java,
  installation: string,
  folder: string,
  properties: string,
  more: readonly string[],
): Promise<void> {
  const argumentFile = join(folder, 'format.arguments');
  const tool = ['kafka.tools.StorageTool', 'format', '-t', uuid(), '-c', properties, ...more];
  const quoted = tool.map((argument) => `"${argument.replaceAll('\\', '\\\\')}"`);
  await writeFile(argumentFile, quoted.join('\n'), { mode: 0o600 });
  try {
    const { code, output } = await runTool(java.command, [...JVM_OPTIONS, `@${argumentFile}`], {
      ...process.env,
      CLASSPATH: await classPath(join(installation, 'libs')),
    });
    if (code === 0) return;
    throw new DriftloopError('LOCAL_START_FAILED', `Kafka could not format a data folder:\n${output}`);
  } finally {
    await rm(argumentFile, { force: true });
  }
}
