import { openWarehouse } from '@driftloop/connections';
import { isSameProcess, statusLocal } from '@driftloop/local';
import { createLogger, type Health } from '@driftloop/service';
import { type LetterCount, letterCounts, type Warehouse } from '@driftloop/warehouse';
import {
  connectionConfigOf,
  type LocalState,
  type Restarts,
  readLocalState,
} from '../environment/settings.ts';
import { SERVICE_NAMES } from '../processes/names.ts';
import { supervisorLog } from '../supervisor/start-supervisor.ts';
import { type Part, partOf } from './part.ts';

/** What `status` has seen. */
export interface Look {
  readonly dataDir: string;
  readonly parts: readonly Part[];
  /** Dead letters; undefined where ClickHouse does not tell. */
  readonly letters?: readonly LetterCount[];
}

const HEALTH_TIMEOUT_MS = 5_000;
const LETTERS_RETRY_MS = 1_000;

/** Looks at everything that runs on a data folder, without changing anything. */
export async function look(dataDir: string): Promise<Look> {
  const recorded = readLocalState(dataDir);
  const [infrastructure, own] = await Promise.all([statusLocal(dataDir), services(recorded, dataDir)]);
  const parts = [...infrastructure, ...own].map((part) =>
    withRestarts(part, recorded?.restarts?.[part.name]),
  );
  const isThere = infrastructure.some(({ name, state }) => name === 'clickhouse' && state === 'ready');
  const letters = recorded !== undefined && isThere ? await countLetters(recorded) : undefined;
  return { dataDir, parts, ...(letters ? { letters } : {}) };
}

async function services(state: LocalState | undefined, dataDir: string): Promise<Part[]> {
  if (state === undefined) return [];
  const parts = await Promise.all(
    SERVICE_NAMES.map(async (name): Promise<Part> => {
      const service = state.services.find((other) => other.name === name);
      // One that did not start is a part that does not work.
      if (service === undefined || !isSameProcess(service)) return { name, state: 'stopped' };
      const { pid, url, log } = service;
      return partOf({ name, pid, url, log }, await healthOf(url));
    }),
  );
  const { supervisor } = state;
  if (supervisor === undefined) return parts;
  const log = supervisorLog(dataDir);
  const own: Part = isSameProcess(supervisor)
    ? { name: 'supervisor', state: 'ready', pid: supervisor.pid, log }
    : { name: 'supervisor', state: 'stopped', log };
  return [...parts, own];
}

/** What a service says of itself; undefined where it does not answer. */
async function healthOf(url: string): Promise<Health | undefined> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return (await answer.json()) as Health;
  } catch {
    return undefined;
  }
}

function withRestarts(part: Part, restarts: Restarts | undefined): Part {
  if (restarts === undefined) return part;
  const { count, lastEndAt, reason, givenUp } = restarts;
  const state = givenUp && part.state === 'stopped' ? 'given up' : part.state;
  return { ...part, state, restarts: count, lastEndAt, reason };
}

/** Undefined where ClickHouse, or a file with its password, is not there. */
export async function countLetters({
  environment,
}: Pick<LocalState, 'environment'>): Promise<LetterCount[] | undefined> {
  const logger = createLogger({ name: 'driftloop', level: 'silent' });
  let warehouse: Warehouse | undefined;
  try {
    warehouse = openWarehouse(connectionConfigOf(environment), logger, LETTERS_RETRY_MS);
    return await letterCounts(warehouse);
  } catch {
    // The table of parts says what is wrong with ClickHouse.
    return undefined;
  } finally {
    await warehouse?.close();
  }
}
