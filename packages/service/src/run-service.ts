import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import type { Static, TObject } from 'typebox';
import { type Clock, systemClock } from './clock.ts';
import { loadConfig } from './config.ts';
import { type Health, type HealthServer, startHealthServer } from './health-server.ts';
import { createLogger, type Logger } from './logger.ts';
import { createCommonMeters } from './meters.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startTracing, type Tracing } from './tracing.ts';

/** What a service's factory returns. */
export interface Service {
  /** Resolves when the service takes traffic. */
  start(): Promise<void>;
  /** Stops fetching, finishes what is in hand, commits and closes. */
  stop(): Promise<void>;
  /** Called often; must not block. */
  health(): Health;
}

/** What a service's factory gets. */
export interface ServiceDependencies<C> {
  readonly config: C;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /**
   * Reports an error that the service cannot go on from: the process stops and exits with code 1.
   */
  fail(error: unknown): void;
}

/** What runService needs to know of a service. */
export interface RunOptions<T extends TObject> {
  /** Name in logs and metrics. */
  readonly name: string;
  /** Settings, a TypeBox object that spreads `commonConfig`. */
  readonly configSchema: T;
  create(dependencies: ServiceDependencies<Readonly<Static<T>>>): Service;
}

type State = 'starting' | 'running' | 'draining' | 'stopped' | 'failed';

interface CommonSettings {
  readonly LOG_LEVEL: string;
  readonly HTTP_HOST: string;
  readonly HTTP_PORT: number;
  readonly STOP_TIMEOUT_MS: number;
}

/**
 * Runs a service as this process: starting → running → draining → stopped or failed.
 *
 * SIGTERM and SIGINT drain it; so does the loss of the parent where the process was started with an
 * IPC channel, so that no orphan survives. The parent is sent `{ type: 'ready', url }` once the
 * service takes traffic. Exit code 0 after a clean stop, 1 after an error or a stop past
 * STOP_TIMEOUT_MS, 2 for invalid settings.
 */
export async function runService<T extends TObject>(options: RunOptions<T>): Promise<void> {
  const config = readConfig(options);
  const settings = config as unknown as CommonSettings;
  const logger = createLogger({ name: options.name, level: settings.LOG_LEVEL });
  const metrics = createMetrics(options.name);
  let state: State = 'starting';
  let server: HealthServer | undefined;
  let tracing: Tracing | undefined;
  let ending = false;

  const end = async (reason: string, error?: unknown) => {
    if (ending) return;
    ending = true;
    const failed = error !== undefined;
    if (failed) logger.fatal({ error: describe(error) }, `${reason}: stopping`);
    else logger.info({ reason }, 'draining');
    state = 'draining';
    try {
      const clean = await stoppedInTime(service, settings.STOP_TIMEOUT_MS, logger);
      await tracing?.stop();
      await server?.close();
      state = clean && !failed ? 'stopped' : 'failed';
      logger.info({ state }, 'ended');
    } finally {
      // Whatever goes wrong on the way out: half a service is worse than none.
      process.exit(state === 'stopped' ? 0 : 1);
    }
  };

  const service = options.create({
    config,
    logger,
    metrics,
    clock: systemClock,
    fail: (error) => void end('the service failed', error),
  });
  createCommonMeters(metrics, () => service.health().reading ?? []);
  process.once('SIGTERM', () => void end('SIGTERM'));
  process.once('SIGINT', () => void end('SIGINT'));
  process.once('disconnect', () => void end('the parent process is gone'));
  process.once('uncaughtException', (error) => void end('uncaught exception', error));
  process.once('unhandledRejection', (error) => void end('unhandled rejection', error ?? 'unknown'));

  try {
    server = await startHealthServer({
      host: settings.HTTP_HOST,
      port: settings.HTTP_PORT,
      metrics,
      live: () => ({ ok: state !== 'failed', detail: { state } }),
      ready: () => {
        const health = service.health();
        return { ...health, ok: state === 'running' && health.ok, detail: { state, ...health.detail } };
      },
    });
    logger.info({ url: server.url }, 'starting');
    tracing = await startTracing(options.name, process.env);
    await service.start();
    if (ending) return;
    state = 'running';
    logger.info({ url: server.url }, 'running');
    process.send?.({ type: 'ready', url: server.url });
  } catch (error) {
    await end('the start failed', error);
  }
}

/** @returns whether it has stopped, and in time */
async function stoppedInTime(service: Service, timeoutMs: number, logger: Logger): Promise<boolean> {
  const stopped = service.stop().then(
    () => true,
    (problem: unknown) => {
      logger.error({ error: describe(problem) }, 'the stop failed');
      return false;
    },
  );
  const deadline = sleep(timeoutMs, undefined, { ref: false }).then(() => undefined);
  const clean = await Promise.race([stopped, deadline]);
  if (clean === undefined) logger.error({ timeoutMs }, 'the stop took too long');
  return clean ?? false;
}

function readConfig<T extends TObject>(options: RunOptions<T>): Readonly<Static<T>> {
  try {
    return loadConfig(options.configSchema);
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    // No logger yet: its level is a setting too.
    console.error(`${options.name}: ${error.message}`);
    process.exit(2);
  }
}

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) };
  const code = error instanceof DriftloopError ? { code: error.code } : {};
  return { message: error.message, ...code, stack: error.stack, ...cause };
}
