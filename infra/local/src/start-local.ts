import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { openDataFolder, partLog, runningPid, withDataFolder } from './data-folder.ts';
import { endParts } from './end-parts.ts';
import { externalPart } from './external-part.ts';
import { ENV_NAMES, type LocalOptions, type LocalPart, type LocalStack, localEnv } from './local-stack.ts';
import { clickhousePart } from './parts/clickhouse.ts';
import { kafkaPart } from './parts/kafka.ts';
import { PART_NAMES, type Part, type PartName } from './parts/part.ts';
import { registryPart } from './parts/registry.ts';
import { identityOf, isSameProcess } from './processes/identity.ts';
import { startWatchdog, type Watchdog } from './processes/watchdog.ts';
import { startPart } from './start-part.ts';
import { type LocalState, type PartState, readState, stopped, writeState } from './state-file.ts';

const DEFAULT_CACHE = fileURLToPath(new URL('../../../.driftloop/cache', import.meta.url));
const READY_TIMEOUT_MS = 120_000;

/**
 * Starts Kafka, the schema registry and ClickHouse's engine on 127.0.0.1, all at once, and resolves when all are ready. A part
 * that the environment names (`KAFKA_BROKERS`, `SCHEMA_REGISTRY_URL`, `CLICKHOUSE_URL`) is not started but checked to be
 * reachable. What an earlier start of the same folder left running is ended first (or kept, when detached).
 *
 * @throws DriftloopError LOCAL_TOOL_MISSING; LOCAL_START_FAILED, with nothing left running that this call started;
 * KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE or WAREHOUSE_UNAVAILABLE for a named part.
 */
export async function startLocal(options: LocalOptions): Promise<LocalStack> {
  const folder = await openDataFolder(options.dataDir);
  const cache = options.cacheDir ?? DEFAULT_CACHE;
  const kinds: readonly Part[] = [kafkaPart(cache), registryPart(cache), clickhousePart()];
  const wanted = kinds.filter(({ name }) => options[name] !== false);
  const external = await Promise.all(wanted.map(({ name }) => externalPart(name, process.env)));
  const local = wanted.filter((_, index) => external[index] === undefined);
  const found = external.filter((part) => part !== undefined);
  const run = await withDataFolder(folder, () => startParts(folder, local, options));
  const parts = PART_NAMES.flatMap((name) => [...found, ...run.parts].filter((part) => part.name === name));
  return { env: localEnv(parts), parts, stop: run.stop };
}

interface LocalRun {
  readonly parts: readonly LocalPart[];
  stop(): Promise<void>;
}

async function startParts(folder: string, kinds: readonly Part[], options: LocalOptions): Promise<LocalRun> {
  const detached = options.detached === true;
  const before = await readState(folder);
  const kept = await settleEarlierRun(folder, before, kinds, detached);
  const owner = detached ? undefined : identityOf(process.pid);
  let state: LocalState = {
    ...(owner === undefined ? {} : { owner }),
    parts: { ...stopped(before).parts, ...kept },
  };
  await writeState(folder, state);
  // The parts start side by side: their records are written one after the other.
  let writing = Promise.resolve();
  const record = (name: PartName, part: PartState): Promise<void> => {
    state = { ...state, parts: { ...state.parts, [name]: part } };
    writing = writing.then(() => writeState(folder, state));
    return writing;
  };
  const watchdog =
    detached || kinds.length === 0 ? undefined : startWatchdog(options.temporary ? folder : undefined);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= withDataFolder(folder, () => endRun(folder, kinds, watchdog, options));
    return stopping;
  };
  const start = async (part: Part): Promise<LocalPart> => {
    const running = kept[part.name];
    if (running?.pid !== undefined) return describe(folder, part, running);
    const settings = options[part.name];
    const port = typeof settings === 'object' ? settings.port : undefined;
    const earlierPorts = before.parts[part.name]?.ports;
    const started = await startPart(part, {
      dataDir: folder,
      ...(port === undefined ? {} : { port }),
      ...(earlierPorts === undefined ? {} : { earlierPorts }),
      readyTimeoutMs: options.readyTimeoutMs ?? READY_TIMEOUT_MS,
      ...(watchdog === undefined ? {} : { watchdog }),
      report: (message) => options.onProgress?.({ part: part.name, message }),
      onStarted: ({ ports, id }, pid) => record(part.name, { ports, pid, id }),
    });
    const described = describe(folder, part, { ports: started.run.ports, pid: started.process.pid });
    started.process.onEnd(() => {
      const ending = started.process.ending();
      if (stopping === undefined)
        options.onPartExit?.(described, `ended with ${ending?.signal ?? `exit code ${ending?.code}`}`);
    });
    return described;
  };
  const outcomes = await Promise.allSettled(kinds.map(start));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) {
    stopping = endRun(
      folder,
      kinds.filter(({ name }) => kept[name] === undefined),
      watchdog,
      options,
    );
    await stopping;
    throw failure.reason;
  }
  return {
    parts: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    stop,
  };
}

/** Ends what a crashed start left. Returns the parts that may stay: those of a detached run, for a detached start. */
async function settleEarlierRun(
  folder: string,
  state: LocalState,
  kinds: readonly Part[],
  detached: boolean,
): Promise<Partial<Record<PartName, PartState>>> {
  const owned = state.owner !== undefined;
  if (state.owner !== undefined && isSameProcess(state.owner)) {
    throw new DriftloopError(
      'LOCAL_START_FAILED',
      `The data folder ${folder} is in use by process ${state.owner.pid}. End that process or choose another folder.`,
    );
  }
  const running = PART_NAMES.filter((name) => runningPid(folder, state, name) !== undefined);
  if (!owned && !detached && running.length > 0) {
    const names = running.map((name) => ENV_NAMES[name]).join(', ');
    throw new DriftloopError(
      'LOCAL_START_FAILED',
      `${running.join(', ')} already run on the data folder ${folder}. Use them by setting ${names}, stop them (driftloop down), or choose another folder.`,
    );
  }
  const kept: Partial<Record<PartName, PartState>> = {};
  if (!owned && detached) {
    for (const part of kinds) {
      const recorded = state.parts[part.name];
      if (recorded === undefined || !running.includes(part.name) || recorded.id === undefined) continue;
      const run = { folder: `${folder}/${part.name}`, ports: recorded.ports, id: recorded.id, mark: '' };
      if (await part.isReady(run)) kept[part.name] = recorded;
    }
  }
  const wanted = new Set(kinds.map(({ name }) => name));
  await endParts(
    folder,
    state,
    running.filter((name) => kept[name] === undefined && (owned || wanted.has(name))),
  );
  return kept;
}

async function endRun(
  folder: string,
  kinds: readonly Part[],
  watchdog: Watchdog | undefined,
  options: LocalOptions,
): Promise<void> {
  const state = await readState(folder);
  await endParts(
    folder,
    state,
    kinds.map(({ name }) => name),
  );
  watchdog?.release();
  if (options.temporary) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

function describe(folder: string, part: Part, { ports, pid }: PartState): LocalPart {
  return {
    name: part.name,
    url: part.url(ports),
    log: partLog(folder, part.name),
    ...(pid === undefined ? {} : { pid }),
  };
}
