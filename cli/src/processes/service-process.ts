import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { logReason } from '@driftloop/local';
import type { ServiceName } from './names.ts';
import { watchServiceStart } from './service-movement.ts';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A service that runs and takes traffic. */
export interface ServiceProcess {
  readonly name: ServiceName;
  readonly pid: number;
  /** Base address of /health and /metrics. */
  readonly url: string;
  readonly log: string;
  /** Size of the log when it was started: what comes before is an earlier run's. */
  readonly logFrom: number;
  /** Resolves with how the process ended. */
  readonly exited: Promise<Ending>;
}

/** How to launch a service. */
export interface LaunchOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Folder for its log. */
  readonly logDir: string;
  /** Outlive this process; otherwise the service ends when this process does. @default false */
  readonly detached?: boolean;
  /** Port of its health server; with `detached` it must be given. */
  readonly port?: number;
  /**
   * How long a service that is not ready yet may neither get on in its log nor compute, ms: a start
   * takes as long as it takes.
   * @default 60000
   */
  readonly stallTimeoutMs?: number;
  /** Told the pid as soon as the process runs, before it is ready. */
  onSpawn?(pid: number): void;
}

/** A service that did not become ready. */
export class ServiceStartError extends DriftloopError {
  /** How the process ended; undefined when it stood still and was ended. */
  readonly ending: Ending | undefined;
  /** Why, as its log tells it; empty when it tells nothing. */
  readonly reason: string;

  constructor(name: string, how: string, log: string, reason: string, ending?: Ending) {
    const why = reason === '' ? '' : `: ${reason}`;
    super('LOCAL_START_FAILED', `${name} ${how}${why.replace(/\.$/, '')}. Its log is ${log}`);
    this.ending = ending;
    this.reason = reason;
  }
}

const SERVICES = fileURLToPath(new URL('../../../services/', import.meta.url));
const POLL_MS = 200;
const DEFAULT_STALL_MS = 60_000;

/**
 * Starts a service with this Node and waits until it takes traffic.
 *
 * @throws ServiceStartError (LOCAL_START_FAILED) with the reason that its log tells
 */
export async function launchService(name: ServiceName, options: LaunchOptions): Promise<ServiceProcess> {
  mkdirSync(options.logDir, { recursive: true });
  const log = join(options.logDir, `${name}.log`);
  const output = openSync(log, 'a');
  // What an earlier run logged says nothing about this one.
  const logFrom = fstatSync(output).size;
  const child = spawn(process.execPath, [join(SERVICES, name, 'src/main.ts')], {
    env: {
      ...process.env,
      ...options.environment,
      ...(options.port === undefined ? {} : { HTTP_PORT: String(options.port) }),
      NODE_NO_WARNINGS: '1',
    },
    detached: options.detached ?? false,
    // The channel tells when the service is ready, and tells the service when this process is gone.
    stdio: options.detached ? ['ignore', output, output] : ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  const pid = child.pid ?? 0;
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const exited = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const failed = exited.then((ending) => {
    throw new ServiceStartError(name, howEnded(ending), log, logReason(log, logFrom), ending);
  });
  const waiting = new AbortController();
  try {
    const stallTimeoutMs = options.stallTimeoutMs ?? DEFAULT_STALL_MS;
    const url = await Promise.race([
      options.detached ? readyByPolling(options.port ?? 0, waiting.signal) : readyByMessage(child),
      failed,
      stalled(pid, log, logFrom, stallTimeoutMs, waiting.signal).then(() => {
        const how = `was not ready and has done nothing for ${Math.round(stallTimeoutMs / 1_000)} s`;
        throw new ServiceStartError(name, how, log, logReason(log, logFrom));
      }),
    ]);
    if (options.detached) child.unref();
    return { name, pid, url, log, logFrom, exited };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    waiting.abort();
  }
}

/** How a process ended, in words. */
export function howEnded({ code, signal }: Ending): string {
  return `ended with ${signal ?? `code ${code}`}`;
}

function readyByMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready' && message.url) resolve(message.url);
    });
  });
}

async function readyByPolling(port: number, signal: AbortSignal): Promise<string> {
  const url = `http://127.0.0.1:${port}`;
  while (!signal.aborted) {
    if (await isReady(url)) return url;
    await sleep(POLL_MS);
  }
  return url;
}

/** Whether a service takes traffic. */
export async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

/** Resolves when the process has stood still for so long; never when it is ready before. */
async function stalled(
  pid: number,
  log: string,
  logFrom: number,
  limitMs: number,
  signal: AbortSignal,
): Promise<void> {
  const movement = watchServiceStart(pid, log, logFrom);
  while (!signal.aborted && movement.stalledMs() <= limitMs) await sleep(POLL_MS);
  if (signal.aborted) await new Promise<never>(() => {});
}
