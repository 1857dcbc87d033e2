import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, isSameProcess, logReason, logSize } from '@driftloop/local';
import type { LocalService } from '../environment/settings.ts';
import { freePort } from '../processes/free-port.ts';
import type { ServiceName } from '../processes/names.ts';
import { watchServiceStart } from '../processes/service-movement.ts';
import { howEnded, isReady, launchService, ServiceStartError } from '../processes/service-process.ts';
import { type End, mayRecover } from './restart-policy.ts';

const POLL_MS = 500;
const STALL_MS = 60_000;

/**
 * Starts a service as a process that outlives this one and resolves when it has ended, however far
 * it came.
 */
export async function runServiceOnce(
  name: ServiceName,
  options: {
    readonly environment: Readonly<Record<string, string>>;
    readonly log: string;
    /** Once aborted, nothing is started. */
    readonly signal: AbortSignal;
    onSpawn(pid: number, url: string): void;
    onReady(): void;
  },
): Promise<End> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  if (options.signal.aborted) return endOf('was not started', 0, false);
  try {
    const service = await launchService(name, {
      environment: options.environment,
      logDir: dirname(options.log),
      detached: true,
      port,
      onSpawn: (pid) => options.onSpawn(pid, url),
    });
    options.onReady();
    const readyAt = performance.now();
    const ending = await service.exited;
    // What is killed from outside has not written why.
    const why = ending.signal === 'SIGKILL' ? '' : logReason(service.log, service.logFrom);
    return endOf(told(howEnded(ending), why), performance.now() - readyAt, mayRecover(ending.code, why));
  } catch (error) {
    if (!(error instanceof ServiceStartError)) throw error;
    const { ending, reason } = error;
    const how =
      ending === undefined ? 'stood still before it was ready' : `${howEnded(ending)} before it was ready`;
    return endOf(told(how, reason), 0, mayRecover(ending?.code ?? null, reason));
  }
}

/** Takes over a service that another supervisor has started, and resolves when it has ended. */
export async function runAdopted(service: LocalService, onReady: () => void): Promise<End> {
  const from = logSize(service.log);
  const movement = watchServiceStart(service.pid, service.log, from);
  while (isSameProcess(service) && !(await isReady(service.url))) {
    if (movement.stalledMs() > STALL_MS) {
      await endProcess(service);
      return endOf(told('stood still before it was ready', logReason(service.log, from)), 0, true);
    }
    await sleep(POLL_MS);
  }
  const readyAt = performance.now();
  if (isSameProcess(service)) onReady();
  while (isSameProcess(service)) await sleep(POLL_MS);
  const why = logReason(service.log, from);
  return endOf(told('ended', why), performance.now() - readyAt, mayRecover(null, why));
}

function told(how: string, why: string): string {
  return why === '' ? how : `${how}: ${why}`;
}

function endOf(reason: string, readyForMs: number, recovers: boolean): End {
  return { at: Date.now(), reason, readyForMs, mayRecover: recovers };
}
