import { join } from 'node:path';
import { type Fleet, startFleet } from '@driftloop/cli';
import type { Connections } from '@driftloop/connections';
import type { InputLog } from '@driftloop/invariance';
import {
  CONCLUDING_SERVICES,
  type Conclusions,
  feed,
  openStack,
  type RegisteredVersion,
  readConclusions,
  readShare,
  registerVersions,
  settled,
} from '@driftloop/invariance';
import { killOnTheWay, killSchedule } from './kills.ts';

/** How a log is processed. */
export interface RunMode {
  /** Requests that come at `PACED_ROWS_PER_SECOND` before the rest comes flat out. @default 0 */
  readonly pacedRows?: number;
  /** The whole log is there before services start. @default false */
  readonly isBacklog?: boolean;
  /** Processes per service. @default 1 */
  readonly instances?: number;
  /** Services that are killed on the way. @default 0 */
  readonly kills?: number;
}

/** What a run works on. */
export interface RunInput {
  readonly log: InputLog;
  /** Model → versions in the order of their numbers; the last one is live. */
  readonly versions: ReadonlyMap<string, readonly RegisteredVersion[]>;
  readonly seed: number;
  readonly appendTime: boolean;
  /** Looks at a run that came to rest, before its stack ends. */
  onSettled?(connections: Connections): Promise<void>;
}

/** What a run came to. */
export interface RunOutcome {
  readonly conclusions: Conclusions;
  /** Whether it came to rest in time. */
  readonly settled: boolean;
  readonly seconds: number;
  /** Services that ended without being asked to. */
  readonly ended: readonly string[];
  readonly deadLetters: number;
  /** Where the logs of services are, when something went wrong. */
  readonly logs?: string;
}

const PACED_ROWS_PER_SECOND = 300;
/** Versions are live so long before the log begins. */
const PUBLISHED_BEFORE_MS = 3_600_000;
/** Longer than a partition is waited for by any clock. */
const QUIET_MS = 20_000;
const TIMEOUT_MS = 900_000;

/**
 * Processes a log by services as processes, on a Kafka of their own, and reads what they concluded.
 */
export async function performRun(input: RunInput, mode: RunMode): Promise<RunOutcome> {
  const { log, seed } = input;
  const stack = await openStack(input.appendTime);
  const { bus, producer } = stack.connections;
  const fleets: Fleet[] = [];
  const ended: string[] = [];
  const over = new AbortController();
  const { signal } = over;
  const start = async () => {
    for (let instance = 0; instance < (mode.instances ?? 1); instance++) {
      const [first, ...others] = CONCLUDING_SERVICES;
      const fleet = await startFleet({
        names: first ? [first] : [],
        environment: stack.environment,
        logDir: join(stack.folder, `logs-${instance}`),
        onExit(name, how) {
          ended.push(`${name}: ${how}`);
          over.abort();
        },
      });
      fleets.push(fleet);
      // One after another: what is measured is not how they start beside each other.
      for (const name of others) await fleet.start(name);
    }
  };
  try {
    await registerVersions(bus, {
      ...input,
      artifactsUrl: stack.environment.ARTIFACTS_URL,
      at: input.appendTime ? undefined : firstTimestamp(log) - PUBLISHED_BEFORE_MS,
    });
    const startedAt = performance.now();
    const paced = pacedRecords(log, mode.pacedRows ?? 0);
    const write = () => feed({ producer, records: log.records, ...paced });
    if (mode.isBacklog) await write();
    await start();
    const schedule = killSchedule(seed, mode.kills ?? 0, CONCLUDING_SERVICES);
    const [fleet] = fleets;
    const share = async () => (await fedShare(bus, log)) * (await readShare(bus));
    await Promise.all([
      mode.isBacklog ? undefined : write(),
      fleet ? killOnTheWay(fleet, schedule, { readShare: share, signal }) : undefined,
    ]);
    const lastChange = await settled(bus, { quietMs: QUIET_MS, timeoutMs: TIMEOUT_MS, signal });
    const isSettled = lastChange !== undefined;
    const seconds = (performance.now() - startedAt) / 1_000;
    if (isSettled) await input.onSettled?.(stack.connections);
    const conclusions = await readConclusions(stack.connections);
    const letters = await bus.offsets('dead.letters');
    if (!isSettled || ended.length > 0) stack.keep();
    return {
      conclusions,
      settled: isSettled,
      seconds,
      ended,
      deadLetters: letters.reduce((sum, { low, high }) => sum + high - low, 0),
      ...(isSettled && ended.length === 0 ? {} : { logs: stack.folder }),
    };
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    await stack.close();
  }
}

/** So many rows, and the labels among them, at a pace of rows. */
function pacedRecords({ records }: InputLog, rows: number): { paced: number; recordsPerSecond: number } {
  let seen = 0;
  const index = records.findIndex(({ topic }) => topic === 'inference.requests' && ++seen > rows);
  const paced = index < 0 ? records.length : index;
  return {
    paced: rows === 0 ? 0 : paced,
    recordsPerSecond: (PACED_ROWS_PER_SECOND * paced) / Math.max(1, rows),
  };
}

function firstTimestamp({ records }: InputLog): number {
  return records.reduce((least, { timestamp }) => Math.min(least, timestamp), Number.POSITIVE_INFINITY);
}

/** How much of the log is on Kafka, 0 to 1. */
async function fedShare(bus: Connections['bus'], { records }: InputLog): Promise<number> {
  const ends = [...(await bus.offsets('inference.requests')), ...(await bus.offsets('inference.labels'))];
  return ends.reduce((sum, { high }) => sum + high, 0) / records.length;
}
