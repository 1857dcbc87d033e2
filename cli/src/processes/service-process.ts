import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import type { ServiceName } from './names.ts';

/** A service that runs and takes traffic. */
export interface ServiceProcess {
  readonly name: ServiceName;
  readonly pid: number;
  /** Base address of /health and /metrics. */
  readonly url: string;
  readonly log: string;
  /** Resolves with how the process ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
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
  /** @default 60000 */
  readonly timeoutMs?: number;
  /** Told the pid as soon as the process runs, before it is ready. */
  onSpawn?(pid: number): void;
}

const SERVICES = fileURLToPath(new URL('../../../services/', import.meta.url));
const POLL_MS = 100;

/**
 * Starts a service with this Node and waits until it takes traffic.
 *
 * @throws DriftloopError LOCAL_START_FAILED with the end of its log
 */
export async function launchService(name: ServiceName, options: LaunchOptions): Promise<ServiceProcess> {
  mkdirSync(options.logDir, { recursive: true });
  const log = join(options.logDir, `${name}.log`);
  const output = openSync(log, 'a');
  // What an earlier run logged says nothing about this one.
  const from = fstatSync(output).size;
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
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const failed = exited.then(({ code, signal }) => {
    throw startFailed(name, `ended with ${signal ?? `code ${code}`}`, log, from);
  });
  const deadline = new AbortController();
  try {
    const url = await Promise.race([
      options.detached ? readyByPolling(options.port ?? 0, deadline.signal) : readyByMessage(child),
      failed,
      sleep(options.timeoutMs ?? 60_000, undefined, { signal: deadline.signal }).then(() => {
        throw startFailed(name, 'did not become ready in time', log, from);
      }),
    ]);
    if (options.detached) child.unref();
    return { name, pid: child.pid ?? 0, url, log, exited };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    deadline.abort();
  }
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
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return url;
    await sleep(POLL_MS);
  }
  return url;
}

function startFailed(name: string, how: string, log: string, from: number): DriftloopError {
  const lines = readFileSync(log).subarray(from).toString('utf8').trimEnd().split('\n').slice(-8).join('\n');
  return new DriftloopError('LOCAL_START_FAILED', `The service ${name} ${how}. Its log is ${log}:\n${lines}`);
}
