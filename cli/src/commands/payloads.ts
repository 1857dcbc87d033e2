import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import type { Command } from 'commander';
import { connectionConfig, environmentOf } from '../environment/settings.ts';
import { howEnded, launchService } from '../processes/service-process.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

type PayloadsOptions = CommonOptions & {
  port: number;
  host: string;
  topic?: readonly string[];
  map?: readonly string[];
  wait?: number;
};

/** `driftloop payloads`: takes payload logs of KServe and Seldon until it is ended. */
export function addPayloads(program: Command): void {
  withCommonOptions(program.command('payloads'))
    .description('take the payload logs of KServe or Seldon, over HTTP and from Kafka topics, until Ctrl-C')
    .option('--host <address>', 'address that takes events over HTTP', '127.0.0.1')
    .option(
      '--port <port>',
      'port that takes events over HTTP; 0 takes a free one',
      wholeBetween(0, 65_535),
      8085,
    )
    .option('--topic <name>', 'topic with events; may be repeated', each)
    .option(
      '--map <service=model>',
      'which model a service is (default: that of its name); may be repeated',
      each,
    )
    .option(
      '--wait <ms>',
      "how long a request waits for its response, by the log's time (default: 60000)",
      wholeBetween(1_000, 3_600_000),
    )
    .addHelpText(
      'after',
      `
Each call becomes a request that carries its answer; docs/beside.md says how loggers are set up.
Beyond this machine it needs PAYLOADS_TOKEN or PAYLOADS_TOKEN_FILE, or PAYLOADS_OPEN=true.

Examples:
  $ PAYLOADS_TOKEN_FILE=token.txt npm run driftloop -- payloads --host 0.0.0.0
  $ npm run driftloop -- payloads --topic kserve-payloads --map default/sklearn-iris=iris`,
    )
    .action(payloads);
}

function each(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

async function payloads({ data, host, port, topic, map, wait, json }: PayloadsOptions): Promise<void> {
  // Says what is missing before anything starts.
  connectionConfig(data);
  const service = await launchService('payloads', {
    environment: {
      ...environmentOf(data, process.env),
      PAYLOADS_HOST: host,
      PAYLOADS_PORT: String(port),
      ...(topic === undefined ? {} : { PAYLOADS_TOPICS: topic.join(',') }),
      ...(map === undefined ? {} : { PAYLOADS_MODELS: map.join(',') }),
      ...(wait === undefined ? {} : { PAYLOADS_WAIT_MS: String(wait) }),
    },
    logDir: join(data, 'logs'),
  });
  const url = await receiverUrl(service.url);
  console.log(
    json
      ? JSON.stringify({ url, health: service.url, log: service.log })
      : `Events are taken at ${url}${topic === undefined ? '' : ` and from ${topic.join(', ')}`}. Its log is ${service.log}. Ctrl-C ends it.`,
  );
  const end = () => process.kill(service.pid, 'SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  const ending = await service.exited;
  if (ending.code !== 0)
    throw new DriftloopError('LOCAL_START_FAILED', `payloads ${howEnded(ending)}. Its log is ${service.log}`);
}

async function receiverUrl(healthUrl: string): Promise<string> {
  const answer = await fetch(`${healthUrl}/health/ready`);
  const { detail } = (await answer.json()) as { detail?: { url?: string } };
  return detail?.url ?? '';
}
