import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { endProcess, isSameProcess, statusLocal } from '@driftloop/local';
import type { Command } from 'commander';
import { loginLink } from '../environment/login-link.ts';
import { withConnections } from '../environment/session.ts';
import { type LocalState, readLocalState, runningServices } from '../environment/settings.ts';
import { tellWhatRuns } from '../environment/what-runs.ts';
import { colours } from '../output/colours.ts';
import { EXIT_CODES } from '../output/exit-codes.ts';
import { print } from '../output/print.ts';
import { buildConsoleIfStale } from '../processes/console-build.ts';
import { withFleetLock } from '../processes/fleet-lock.ts';
import { freePort, portOr, requirePort } from '../processes/free-port.ts';
import { SERVICE_NAMES } from '../processes/names.ts';
import { isReady } from '../processes/service-process.ts';
import type { SupervisorMessage, SupervisorOptions } from '../supervisor/messages.ts';
import { type Outcome, startSupervisor } from '../supervisor/start-supervisor.ts';
import { type CommonOptions, wholeBetween, withCommonOptions } from './options.ts';

/**
 * `driftloop up`: starts Kafka, registry, ClickHouse engine and every service, and leaves them
 * running.
 */
export function addUp(program: Command): void {
  withCommonOptions(program.command('up'))
    .description(
      'start Kafka, the schema registry, ClickHouse and every service; they go on until `driftloop down`',
    )
    .option('--port <port>', 'port of the HTTP API; 0 takes a free one', wholeBetween(0, 65_535), 8080)
    .option('--prefix <text>', 'topic prefix', '')
    .option(
      '--secure',
      'give the local parts TLS, passwords and permissions; of a new data folder, which stays so',
      false,
    )
    .addHelpText(
      'after',
      `
KAFKA_BROKERS, SCHEMA_REGISTRY_URL and CLICKHOUSE_URL in the environment replace the local part by yours;
docs/security.md has the variables for TLS and credentials.
gRPC takes port ${USUAL_GRPC_PORT}, or a free one where that is taken; the last line says which.

A start takes as long as something moves. What ends, now or later, is started again after 1, 2, 4, … s, six times in a row;
\`status\` shows how often and why. Ctrl-C ends what this start has begun, a second one leaves it as it is; either says what
still runs.

Examples:
  $ npm run driftloop -- up
  $ KAFKA_BROKERS=kafka1:9092 SCHEMA_REGISTRY_URL=http://registry:8081 npm run driftloop -- up`,
    )
    .action((options: UpOptions) => withFleetLock(options.data, () => up(options)));
}

/** Where clients of the Open Inference Protocol look for gRPC first. */
const USUAL_GRPC_PORT = 8001;

interface UpOptions extends CommonOptions {
  readonly port: number;
  readonly prefix: string;
  readonly secure: boolean;
}

async function up(options: UpOptions): Promise<void> {
  const outcome = await start(options);
  switch (outcome.type) {
    case 'up':
      tellUp(options);
      // What a CI machine prints is kept, and read by others.
      return options.json || process.env.CI ? undefined : tellLogin(options);
    case 'cancelled':
      print(`Cancelled. ${await tellWhatRuns(options.data)}`);
      process.exitCode = EXIT_CODES.interrupted;
      return;
    case 'failed': {
      const { code, message, cause } = outcome.error;
      throw new DriftloopError(code, `${message} ${await tellWhatRuns(options.data)}`, { cause });
    }
  }
}

async function start(options: UpOptions): Promise<Outcome> {
  const before = readLocalState(options.data);
  if (await isAllUp(options.data, before)) return { type: 'up' };
  // From here on nothing that runs changes by itself.
  if (before?.supervisor !== undefined) await endProcess(before.supervisor);
  const state = readLocalState(options.data);
  const isGatewayUp = runningServices(state).some(({ name }) => name === 'gateway');
  // Before anything starts: what has started stays, and would be half of what was asked for.
  const port = isGatewayUp ? Number(state?.environment.GATEWAY_PORT) : await requirePort(options.port);
  const grpcPort = isGatewayUp
    ? Number(state?.environment.GATEWAY_GRPC_PORT ?? 0)
    : await (options.port === 0 ? freePort() : portOr(USUAL_GRPC_PORT));
  buildConsoleIfStale(options.json === true);
  return startMissing(options, { port, grpcPort });
}

/** Whether a supervisor watches over everything and everything works. */
async function isAllUp(dataDir: string, state: LocalState | undefined): Promise<boolean> {
  if (state?.supervisor === undefined || !isSameProcess(state.supervisor)) return false;
  const services = runningServices(state);
  if (services.length < SERVICE_NAMES.length) return false;
  const parts = await statusLocal(dataDir);
  const answers = await Promise.all(services.map(({ url }) => isReady(url)));
  return parts.every((part) => part.state === 'ready') && !answers.includes(false);
}

/** Leaves the start to a new supervisor, which takes over what runs, and says how it gets on. */
async function startMissing(
  { data: dataDir, prefix, json, secure }: UpOptions,
  ports: Pick<SupervisorOptions, 'port' | 'grpcPort'>,
): Promise<Outcome> {
  const supervisor = startSupervisor({ dataDir, prefix, secure, ...ports }, (message) => {
    const text = told(message);
    if (text !== undefined && !json) print(text);
  });
  let presses = 0;
  const interrupted = new Promise<Outcome>((resolve) => {
    const onSignal = () => {
      presses += 1;
      if (presses > 1) return resolve({ type: 'cancelled' });
      console.error('Cancelling: ending what this start has begun. Once more leaves it as it is.');
      supervisor.cancel();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
  try {
    return await Promise.race([supervisor.outcome, interrupted]);
  } finally {
    supervisor.leave();
    for (const signal of SIGNALS) process.removeAllListeners(signal);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function told(message: SupervisorMessage): string | undefined {
  switch (message.type) {
    case 'progress':
      return colours.dim(message.text);
    case 'ready':
      return `${colours.green('ready')} ${message.name}`;
    case 'again':
      return `${colours.yellow('again')} ${message.name} in ${message.afterMs / 1_000} s: ${message.reason}`;
    default:
      return undefined;
  }
}

/** Kafka, registry and services are up, so what goes wrong here keeps nobody from working. */
async function tellLogin({ data }: UpOptions): Promise<void> {
  const port = readLocalState(data)?.environment.GATEWAY_PORT;
  const link = await withConnections(data, ({ producer }) =>
    loginLink(producer, `http://127.0.0.1:${port}`),
  ).catch((error: unknown) => {
    if (error instanceof DriftloopError) return undefined;
    throw error;
  });
  if (link !== undefined) print(`Log in, once, within ten minutes: ${link}`);
}

function tellUp({ data, json }: UpOptions): void {
  const { environment = {}, services = [] } = readLocalState(data) ?? {};
  const api = `http://127.0.0.1:${environment.GATEWAY_PORT}`;
  print(
    json
      ? JSON.stringify({ environment, services, api })
      : `\nEverything is up. Console ${api}/ui/, API ${api}, its docs ${api}/docs, gRPC 127.0.0.1:${environment.GATEWAY_GRPC_PORT}, ClickHouse ${environment.CLICKHOUSE_URL}, logs ${join(data, 'logs')}`,
  );
}
