import { join } from 'node:path';
import { prepareConnections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import {
  endProcess,
  type LocalPart,
  type LocalStack,
  type PartName,
  startLocal,
  statusLocal,
  stopLocal,
} from '@driftloop/local';
import type { Logger } from '@driftloop/service';
import { connectionConfigOf, readLocalState, serviceEnvironment } from '../environment/settings.ts';
import { gatewayFailure } from '../processes/free-port.ts';
import { SERVICE_NAMES } from '../processes/names.ts';
import { keepPart } from './keep-part.ts';
import { keepService } from './keep-service.ts';
import type { SupervisorMessage, SupervisorOptions } from './messages.ts';
import { whileTheyMove } from './parts.ts';
import { openFleetRecord } from './record.ts';
import { keepLogsSmall } from './rotate-logs.ts';
import { createWatched } from './watched.ts';

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
  { dataDir, prefix, port, grpcPort, secure }: SupervisorOptions,
  logger: Logger,
  tell: (message: SupervisorMessage) => void,
): Supervisor {
  const stopping = new AbortController();
  const { signal } = stopping;
  const record = openFleetRecord(dataDir, readLocalState(dataDir));
  const ranBefore = new Map(record.running().map((service) => [service.name, service]));
  const watched = createWatched(record, logger, tell, signal);
  keepLogsSmall(join(dataDir, 'logs'), logger, signal);
  let partsRanBefore = false;
  let starting: Promise<unknown> = Promise.resolve();

  const startParts = (only?: PartName): Promise<LocalStack> => {
    const isWanted = (name: PartName) => only === undefined || only === name;
    const started = startLocal({
      dataDir,
      kafka: isWanted('kafka'),
      registry: isWanted('registry'),
      clickhouse: isWanted('clickhouse'),
      detached: true,
      secure,
      signal,
      onProgress: ({ part, message }) => tell({ type: 'progress', text: `${part}: ${message}` }),
    });
    starting = started.catch(() => undefined);
    return started;
  };

  /**
   * On its earlier ports, as a rule. When its address is another one, services are ended: their
   * next start takes it.
   */
  const restartPart = async (part: LocalPart): Promise<LocalPart> => {
    const { env, parts } = await startParts(part.name);
    const found = Object.entries(env).filter(([, address]) => address !== '');
    const moved = found.some(([name, address]) => record.environment[name] !== address);
    record.setEnvironment({ ...record.environment, ...Object.fromEntries(found) });
    if (moved) await Promise.all(record.running().map((service) => endProcess(service, GRACE_MS)));
    return parts[0] ?? part;
  };

  return {
    async start() {
      partsRanBefore = (await statusLocal(dataDir)).some(({ pid }) => pid !== undefined);
      const stack = await startParts().catch((error: unknown) => {
        if (record.running().length === 0) record.forget();
        throw error;
      });
      const environment = serviceEnvironment(stack.env, dataDir, prefix);
      record.setEnvironment({
        ...environment,
        GATEWAY_PORT: String(port),
        GATEWAY_GRPC_PORT: String(grpcPort),
      });
      tell({ type: 'progress', text: 'topics, schemas and tables: making what is missing' });
      await whileTheyMove(
        stack.parts,
        () =>
          prepareConnections(
            connectionConfigOf({ ...process.env, ...record.environment }),
            'driftloop-up',
            logger,
          ),
        (reason) => tell({ type: 'progress', text: `topics, schemas and tables: trying again (${reason})` }),
        signal,
      );
      if (signal.aborted) throw new DriftloopError('LOCAL_START_FAILED', 'The start was cancelled.');
      for (const part of stack.parts) if (part.pid !== undefined) keepPart(part, watched, restartPart);
      const given = { watched, record, dataDir, port, signal };
      for (const name of SERVICE_NAMES) keepService(name, ranBefore.get(name), given);
      await watched.settled().catch((failure: unknown) => {
        throw gatewayFailure(failure, port);
      });
    },
    watches: () => !watched.isEmpty(),
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
