import { join } from 'node:path';
import { prepareConnections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import {
  endProcess,
  identityOf,
  type LocalPart,
  type LocalStack,
  startLocal,
  statusLocal,
  stopLocal,
} from '@driftloop/local';
import type { Logger } from '@driftloop/service';
import { connectionConfigOf, readLocalState, serviceEnvironment } from '../environment/settings.ts';
import { gatewayFailure } from '../processes/free-port.ts';
import { SERVICE_NAMES, type ServiceName } from '../processes/names.ts';
import { keepRunning } from './keep-running.ts';
import type { SupervisorMessage, SupervisorOptions } from './messages.ts';
import { partEnd, whileTheyMove } from './parts.ts';
import { type FleetRecord, openFleetRecord } from './record.ts';
import { type End, mayRecover } from './restart-policy.ts';
import { runAdopted, runServiceOnce } from './run-service-once.ts';

/** Longer than a service gives itself (STOP_TIMEOUT_MS). */
const GRACE_MS = 25_000;

/** Starts what is missing and starts again what ends. */
export interface Supervisor {
  /**
   * Starts everything; resolves when all take traffic, and goes on watching.
   *
   * @throws DriftloopError when something does not start; what does stays
   */
  start(): Promise<void>;
  /** Whether there is anything that it would start again. */
  watches(): boolean;
  /** Ends what this start has begun, and leaves what ran before. */
  cancel(): Promise<void>;
  /** Stops watching; what runs is left. */
  letGo(): Promise<void>;
}

/** Makes the supervisor of a data folder. */
export function createSupervisor(
  { dataDir, prefix, port }: SupervisorOptions,
  logger: Logger,
  tell: (message: SupervisorMessage) => void,
): Supervisor {
  const stopping = new AbortController();
  const { signal } = stopping;
  const before = readLocalState(dataDir);
  const record = openFleetRecord(dataDir, before);
  const ranBefore = new Map(record.running().map((service) => [service.name, service]));
  let partsRanBefore = false;
  let watching = false;
  let starting: Promise<unknown> = Promise.resolve();

  const startParts = () =>
    startLocal({
      dataDir,
      detached: true,
      signal,
      onProgress: ({ part, message }) => tell({ type: 'progress', text: `${part}: ${message}` }),
    });

  const useStack = (stack: LocalStack) =>
    record.setEnvironment({ ...serviceEnvironment(stack.env, dataDir, prefix), GATEWAY_PORT: String(port) });

  /** Resolves when it is ready for the first time, rejects when it is given up before. */
  const keep = (name: string, run: (onReady: () => void) => Promise<End>): Promise<void> => {
    watching = true;
    return new Promise((resolve, reject) => {
      const ended = (end: End, givenUp: boolean) => {
        record.ended(name, end, givenUp);
        logger.warn(
          { name, reason: end.reason, readyForMs: Math.round(end.readyForMs) },
          givenUp ? 'given up' : 'ended',
        );
      };
      keepRunning({
        run,
        signal,
        onReady() {
          logger.info({ name }, 'ready');
          tell({ type: 'ready', name });
          resolve();
        },
        onRestart(end, afterMs) {
          ended(end, false);
          tell({ type: 'again', name, reason: end.reason, afterMs });
        },
        onGiveUp(end) {
          ended(end, true);
          reject(givenUp(name, end, dataDir));
        },
      }).then(
        () => reject(new DriftloopError('LOCAL_START_FAILED', `The start of ${name} was cancelled.`)),
        reject,
      );
    });
  };

  const keepService = (name: ServiceName): Promise<void> => {
    let adopted = ranBefore.get(name);
    const log = join(dataDir, 'logs', `${name}.log`);
    return keep(name, (onReady) => {
      const running = adopted;
      adopted = undefined;
      if (running !== undefined) return runAdopted(running, onReady);
      return runServiceOnce(name, {
        environment: record.environment,
        log,
        onSpawn: (pid, url) =>
          record.started({ name, pid, started: identityOf(pid)?.started ?? '', url, log }),
        onReady,
      });
    });
  };

  const keepPart = (part: LocalPart): void => {
    let running: LocalPart | undefined = part;
    keep(part.name, async (onReady) => {
      try {
        running ??= await restartPart(part.name, startParts, record, useStack);
      } catch (error) {
        return failedStart(error);
      }
      onReady();
      const end = await partEnd(running ?? part);
      running = undefined;
      return end;
    }).catch((error: unknown) => signal.aborted || logger.error({ err: error }, 'a part is given up'));
  };

  return {
    async start() {
      partsRanBefore = (await statusLocal(dataDir)).some(({ pid }) => pid !== undefined);
      const begun = startParts();
      starting = begun.catch(() => undefined);
      const stack = await begun.catch((error: unknown) => {
        if (record.running().length === 0) record.forget();
        throw error;
      });
      useStack(stack);
      tell({ type: 'progress', text: 'topics, schemas and tables: making what is missing' });
      await whileTheyMove(
        stack.parts,
        () => prepareConnections(connectionConfigOf(record.environment), 'driftloop-up', logger),
        (reason) => tell({ type: 'progress', text: `topics, schemas and tables: trying again (${reason})` }),
        signal,
      );
      for (const part of stack.parts) if (part.pid !== undefined) keepPart(part);
      const starts = await Promise.allSettled(SERVICE_NAMES.map(keepService));
      const failures = starts.filter((start) => start.status === 'rejected');
      const [failure] = failures;
      if (failure !== undefined) throw gatewayFailure(failure.reason, port);
    },
    watches: () => watching,
    async cancel() {
      stopping.abort();
      await starting;
      const begun = record.running().filter(({ name, pid }) => ranBefore.get(name)?.pid !== pid);
      await Promise.all(begun.map((service) => endProcess(service, GRACE_MS)));
      if (!partsRanBefore && ranBefore.size === 0) await stopLocal(dataDir);
      if (record.running().length === 0) record.forget();
    },
    async letGo() {
      stopping.abort();
      await starting;
    },
  };
}

/** Starts what is missing of the parts. When their addresses are other ones now, services are ended: their next start takes these. */
async function restartPart(
  name: string,
  startParts: () => Promise<LocalStack>,
  record: FleetRecord,
  useStack: (stack: LocalStack) => void,
): Promise<LocalPart | undefined> {
  const addresses = JSON.stringify(record.environment);
  const stack = await startParts();
  useStack(stack);
  if (JSON.stringify(record.environment) !== addresses)
    await Promise.all(record.running().map((service) => endProcess(service, GRACE_MS)));
  return stack.parts.find((part) => part.name === name);
}

function failedStart(error: unknown): End {
  if (!(error instanceof DriftloopError)) throw error;
  const reason = `${error.code}: ${error.message}`;
  return { at: Date.now(), reason, readyForMs: 0, mayRecover: mayRecover(null, reason) };
}

function givenUp(name: string, { reason }: End, dataDir: string): DriftloopError {
  const log = join(dataDir, 'logs', `${name}.log`);
  return new DriftloopError('LOCAL_START_FAILED', `${name} ${reason.replace(/\.$/, '')}. Its log is ${log}`);
}
