import { rm } from 'node:fs/promises';
import { partLog, withDataFolder } from './data-folder.ts';
import { settleEarlierRun } from './earlier-run.ts';
import { endParts } from './end-parts.ts';
import type { LocalOptions, LocalPart } from './local-stack.ts';
import type { Part } from './parts/part.ts';
import { identityOf } from './processes/identity.ts';
import { startWatchdog, type Watchdog } from './processes/watchdog.ts';
import { startPart } from './start-part.ts';
import { type PartState, readState, recordState, stopped } from './state-file.ts';

const STALL_TIMEOUT_MS = 120_000;

/** The parts that one start began or kept. */
export interface LocalRun {
  readonly parts: readonly LocalPart[];
  stop(): Promise<void>;
}

/**
 * Starts parts on a data folder whose lock is held; on a failure nothing that it started is left.
 */
export async function startParts(
  folder: string,
  kinds: readonly Part[],
  options: LocalOptions,
): Promise<LocalRun> {
  const detached = options.detached === true;
  const before = await readState(folder);
  const kept = await settleEarlierRun(folder, before, kinds, detached);
  const owner = detached || kinds.length === 0 ? undefined : identityOf(process.pid);
  const record = await recordState(folder, {
    ...(owner === undefined ? {} : { owner }),
    parts: { ...stopped(before).parts, ...kept },
  });
  const watchdog = owner === undefined ? undefined : startWatchdog(options.temporary ? folder : undefined);
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
      stallTimeoutMs: options.stallTimeoutMs ?? STALL_TIMEOUT_MS,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
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
    ...(part.security === undefined ? {} : { security: part.security(ports) }),
    ...(pid === undefined ? {} : { pid }),
  };
}
