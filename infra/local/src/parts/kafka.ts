import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { cachedFolder } from '../install/cached-folder.ts';
import { classArchiveOptions } from '../install/class-archive.ts';
import type { PartCommand } from '../processes/part-command.ts';
import { findJava, type Java } from '../tools/java.ts';
import { runMaven } from '../tools/maven.ts';
import { runTool } from '../tools/run-tool.ts';
import { clusterId, formatKafkaFolder, keepFormat, writeKafkaConfig } from './kafka-config.ts';
import { describeKafka } from './kafka-probe.ts';
import { JVM_OPTIONS, type Part, type PartRun } from './part.ts';
import { rehearse } from './rehearse.ts';

/** What driftloop is tested on. */
const USUAL_VERSION = '4.1.1';
/** In the folder of an installation: what every formatted folder holds. */
const FORMATTED = 'formatted';
const POM = fileURLToPath(new URL('../../maven/kafka/pom.xml', import.meta.url));

/** Apache Kafka in KRaft mode: one broker that is its own controller. */
export function kafkaPart(cacheDir: string, env: NodeJS.ProcessEnv = process.env): Part {
  const part: Part = {
    name: 'kafka',
    portCount: 2,
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
        return rehearse(part, folder, (run) => kafkaCommand(java, installation, archiving, run));
      });
      return (run) => kafkaCommand(java, installation, options, run);
    },
    async isReady(run) {
      const cluster = await describeKafka('127.0.0.1', clientPort(run.ports));
      return (
        cluster !== undefined && cluster.brokers > 0 && cluster.clusterId === (await clusterId(run.folder))
      );
    },
    url: (ports) => `127.0.0.1:${clientPort(ports)}`,
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
): Promise<PartCommand> {
  await formatKafkaFolder(run.folder, join(installation, FORMATTED));
  const files = await writeKafkaConfig(run.folder, run.ports);
  return {
    command: java.command,
    args: [
      ...JVM_OPTIONS,
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
    const { code, output } = await runTool(
      java.command,
      [...JVM_OPTIONS, 'kafka.tools.StorageTool', 'format', '-t', 'driftloopLocalFormat00', '-c', properties],
      { ...process.env, CLASSPATH: await classPath(join(installation, 'libs')) },
    );
    if (code !== 0) {
      throw new DriftloopError(
        'LOCAL_START_FAILED',
        `Kafka ${version} could not format a data folder:\n${output}`,
      );
    }
    await keepFormat(folder, join(installation, FORMATTED));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
