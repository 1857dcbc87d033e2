import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { identityOf, isSameProcess, startLocal } from '@driftloop/local';
import type { Command } from 'commander';
import pc from 'picocolors';
import { type LocalState, readLocalState, serviceEnvironment, statePath } from '../environment/settings.ts';
import { withFleetLock } from '../processes/fleet-lock.ts';
import { freePort, gatewayFailure, requirePort } from '../processes/free-port.ts';
import { SERVICE_NAMES } from '../processes/names.ts';
import { launchService } from '../processes/service-process.ts';
import { type CommonOptions, numberBetween, withCommonOptions } from './options.ts';

/** `driftloop up`: starts Kafka, registry, ClickHouse engine and every service, and leaves them running. */
export function addUp(program: Command): void {
  withCommonOptions(program.command('up'))
    .description(
      'start Kafka, the schema registry, ClickHouse and every service; they go on until `driftloop down`',
    )
    .option('--port <port>', 'port of the HTTP API; 0 takes a free one', numberBetween(0, 65_535), 8080)
    .option('--prefix <text>', 'topic prefix', '')
    .addHelpText(
      'after',
      `
KAFKA_BROKERS, SCHEMA_REGISTRY_URL and CLICKHOUSE_URL in the environment replace the local part by yours.

Examples:
  $ npm run driftloop -- up
  $ KAFKA_BROKERS=kafka1:9092 SCHEMA_REGISTRY_URL=http://registry:8081 npm run driftloop -- up`,
    )
    .action((options: UpOptions) => withFleetLock(options.data, () => up(options)));
}

interface UpOptions extends CommonOptions {
  readonly port: number;
  readonly prefix: string;
}

async function up(options: UpOptions): Promise<void> {
  const say = (text: string) => options.json || console.log(text);
  const before = readLocalState(options.data);
  const running = (before?.services ?? []).filter(isSameProcess);
  const services = new Map(running.map((service) => [service.name, service]));
  const missing = SERVICE_NAMES.filter((name) => !services.has(name));
  // Before anything starts: what has started stays, and would be half of what was asked for.
  const port = missing.includes('gateway')
    ? await requirePort(options.port)
    : Number(before?.environment.GATEWAY_PORT);
  const stack = await startLocal({
    dataDir: options.data,
    detached: true,
    onProgress: ({ part, message }) => say(pc.dim(`${part}: ${message}`)),
  });
  const environment = {
    ...serviceEnvironment(stack.env, options.data, options.prefix),
    GATEWAY_PORT: String(port),
  };
  const record = () => writeState(options.data, { environment, services: [...services.values()] });
  const launches = await Promise.allSettled(
    missing.map(async (name) => {
      const own = await freePort();
      const log = join(options.data, 'logs', `${name}.log`);
      const url = `http://127.0.0.1:${own}`;
      try {
        await launchService(name, {
          environment,
          logDir: dirname(log),
          detached: true,
          port: own,
          // Written down at once: `down` and the next `up` must find it also when this one is killed.
          onSpawn(pid) {
            services.set(name, { name, pid, started: identityOf(pid)?.started ?? '', url, log });
            record();
          },
        });
      } catch (failure) {
        services.delete(name);
        throw name === 'gateway' ? gatewayFailure(failure, port) : failure;
      }
      say(`${pc.green('ready')} ${name}`);
    }),
  );
  record();
  const failure = launches.find((launch) => launch.status === 'rejected');
  if (failure) throw failure.reason;
  const api = `http://127.0.0.1:${port}`;
  if (options.json) console.log(JSON.stringify({ environment, services: [...services.values()], api }));
  else
    say(
      `\nEverything is up. API ${api}, its docs ${api}/docs, ClickHouse ${stack.env.CLICKHOUSE_URL}, logs ${join(options.data, 'logs')}`,
    );
}

function writeState(dataDir: string, state: LocalState): void {
  mkdirSync(dataDir, { recursive: true });
  const path = statePath(dataDir);
  writeFileSync(`${path}.new`, JSON.stringify(state, null, 2));
  renameSync(`${path}.new`, path);
}
