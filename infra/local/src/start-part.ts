import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import { partLog } from './data-folder.ts';
import { partMark } from './parts/mark.ts';
import type { Part, PartRun } from './parts/part.ts';
import { freePorts, isPortFree } from './ports.ts';
import { endProcess } from './processes/end-process.ts';
import { logReason } from './processes/log-reason.ts';
import { watchMovement } from './processes/movement.ts';
import { logSize, logTail, type PartProcess, startPartProcess } from './processes/part-process.ts';
import type { Watchdog } from './processes/watchdog.ts';

/**
 * Between choosing a free port and binding it another program may take it; then others are chosen.
 */
const ATTEMPTS = 4;
const PORT_TAKEN =
  /address already in use|EADDRINUSE|port\(s\) already bound|BindException|seems to be in use/i;
const POLL_MS = 40;

/** How to start a part. */
export interface StartPartOptions {
  readonly dataDir: string;
  /** A port for clients that must be used, or none. */
  readonly port?: number;
  /** Ports of an earlier start. */
  readonly earlierPorts?: readonly number[];
  /** How long it may neither log nor compute before it is ready, ms. */
  readonly stallTimeoutMs: number;
  /** Ends the start. */
  readonly signal?: AbortSignal;
  readonly watchdog?: Watchdog;
  readonly report: (message: string) => void;
  /**
   * Called as soon as the process runs, before it is ready: a crash from now on must leave its pid
   * on record.
   */
  readonly onStarted: (run: PartRun, pid: number) => Promise<void>;
}

/** A part that is ready. */
export interface StartedPart {
  readonly run: PartRun;
  readonly process: PartProcess;
}

/**
 * Fetches, starts and waits for a part.
 *
 * @throws DriftloopError LOCAL_TOOL_MISSING, or LOCAL_START_FAILED with the reason in its log.
 */
export async function startPart(part: Part, options: StartPartOptions): Promise<StartedPart> {
  const command = await part.prepare(options.report);
  options.report('starting');
  for (let attempt = 1; ; attempt++) {
    if (options.signal?.aborted) throw cancelled(part);
    const run: PartRun = {
      folder: join(options.dataDir, part.name),
      ports: await choosePorts(part, options, attempt),
      id: randomUUID(),
      mark: partMark(options.dataDir, part.name),
    };
    const log = partLog(options.dataDir, part.name);
    const logFrom = logSize(log);
    const child = await startPartProcess(await command(run), run.folder, log, options.watchdog);
    await options.onStarted(run, child.pid);
    const problem = await waitUntilReady(part, run, child, options);
    if (problem === undefined) {
      options.report(`ready at ${part.url(run.ports)}`);
      return { run, process: child };
    }
    await endProcess(child.pid);
    if (options.signal?.aborted) throw cancelled(part);
    if (PORT_TAKEN.test(logTail(log, logFrom, 200))) {
      if (options.port !== undefined) throw portTaken(part, options.port);
      if (attempt < ATTEMPTS) continue;
    }
    const reason = logReason(log, logFrom);
    throw new DriftloopError(
      'LOCAL_START_FAILED',
      `${part.name} ${problem}${reason === '' ? '' : `: ${reason}`}. Its log is ${log}`,
    );
  }
}

function portTaken(part: Part, port: number): DriftloopError {
  const message = `${part.name} cannot use port ${port}: another program has it. End that program or configure another port.`;
  return new DriftloopError('LOCAL_START_FAILED', message, { retriable: true });
}

function cancelled(part: Part): DriftloopError {
  return new DriftloopError('LOCAL_START_FAILED', `The start of ${part.name} was cancelled.`);
}

async function choosePorts(
  part: Part,
  options: StartPartOptions,
  attempt: number,
): Promise<readonly number[]> {
  const { port, earlierPorts = [] } = options;
  if (
    attempt === 1 &&
    earlierPorts.length === part.portCount &&
    (port === undefined || port === earlierPorts[0])
  ) {
    const free = await Promise.all(earlierPorts.map(isPortFree));
    if (!free.includes(false)) return earlierPorts;
  }
  if (port !== undefined && !(await isPortFree(port))) throw portTaken(part, port);
  const ports = await freePorts(part.portCount);
  return port === undefined ? ports : [port, ...ports.slice(1)];
}

async function waitUntilReady(
  part: Part,
  run: PartRun,
  child: PartProcess,
  { stallTimeoutMs, signal }: StartPartOptions,
): Promise<string | undefined> {
  const movement = watchMovement(child.pid, child.log);
  for (;;) {
    const ready = await part.isReady(run);
    const ending = child.ending();
    if (ending !== undefined)
      return `ended with ${ending.signal ?? `exit code ${ending.code}`} before it was ready`;
    if (ready) return undefined;
    if (signal?.aborted) return 'was cancelled';
    if (movement.stalledMs() > stallTimeoutMs)
      return `was not ready and has done nothing for ${Math.round(stallTimeoutMs / 1000)} s`;
    await delay(POLL_MS);
  }
}
