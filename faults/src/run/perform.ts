import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '@driftloop/cli';
import {
  CONCLUDING_SERVICES,
  closedOf,
  expectedRows,
  feed,
  type InputLog,
  type RegisteredVersion,
  settled,
} from '@driftloop/invariance';
import { createRandom } from '@driftloop/stats';
import { differencesOf, type Expected } from '../history/differences.ts';
import { type History, readHistory } from '../history/history.ts';
import { LATEST_MOMENT, type Scenario } from '../scenarios/scenario.ts';
import { openSite, type Site } from '../site/site.ts';
import type { Stage } from '../stage/stage.ts';

/** What all scenarios of a run have in common. */
export interface Material {
  readonly log: InputLog;
  readonly versions: ReadonlyMap<string, readonly RegisteredVersion[]>;
  readonly expected: Expected;
  readonly seed: number;
}

/** What a scenario came to. */
export interface Outcome {
  readonly name: string;
  readonly seconds: number;
  /** Empty when the numbers are those of the undisturbed run. */
  readonly problems: readonly string[];
  /** Why it could not be played here. */
  readonly skipped?: string;
  /** Folder with what its services logged, when something is wrong. */
  readonly logs?: string;
  /** Undefined when it did not come so far. */
  readonly history?: History;
}

/** What is there when nobody writes any more. */
interface Rest {
  readonly problems: readonly string[];
  readonly history?: History;
}

/** The fault comes when at least this share of the log is written. */
const EARLIEST_MOMENT = 0.15;
/** And so much later at most: services are in the middle of what was written. */
const LATEST_DELAY_MS = 800;
/** No reader writes anything any more. */
const QUIET_MS = 1_500;
/** So long after the fault all must be as it should, also on a busy machine. */
const TIMEOUT_MS = 240_000;
const POLL_MS = 1_000;

/** Plays one scenario; what it finds is told, not thrown. */
export async function perform(
  stage: Stage,
  place: string,
  scenario: Scenario,
  material: Material,
): Promise<Outcome> {
  const startedAt = performance.now();
  const random = createRandom(material.seed).fork(scenario.name);
  const { name, links = [], environment } = scenario;
  const problems: string[] = [];
  let history: History | undefined;
  let site: Site | undefined;
  try {
    const own = { name: place, links, random, ...(environment && { environment }) };
    site = await openSite(stage, { ...material, ...own });
    const found = await playOn(site, scenario, material);
    problems.push(...found.problems);
    history = found.history;
  } catch (error) {
    // Whatever stands in the way of a scenario is what it found.
    problems.push(...(site?.services.ended ?? []), textOf(error));
  }
  try {
    await site?.close();
  } catch (error) {
    problems.push(`what it left could not be cleared away: ${textOf(error)}`);
  }
  const logs = problems.length > 0 && site ? await keepLogs(site, name) : undefined;
  const seconds = (performance.now() - startedAt) / 1_000;
  return { name, seconds, problems, ...(history && { history }), ...(logs && { logs }) };
}

/** Starts the services, has the fault come, and looks at what is there when all is over. */
async function playOn(site: Site, scenario: Scenario, material: Material): Promise<Rest> {
  const { input, same, check } = scenario;
  for (const name of CONCLUDING_SERVICES) await site.services.start(name);
  const log = input ? input(material.log, site.random.fork('input')) : material.log;
  await disturb(site, scenario, log);
  const expected = input ? expectedOf(log, material.expected) : material.expected;
  const { problems, history } = await comeToRest(site, same, expected);
  return { problems: [...problems, ...((await check?.(site)) ?? [])], ...(history && { history }) };
}

/** A log in another form has windows of its own; answers are held against the same run. */
function expectedOf(log: InputLog, { undisturbed }: Expected): Expected {
  const rows = expectedRows(log);
  const closed = closedOf(log.specs, rows);
  return { specs: log.specs, rows, closed, ...(undisturbed && { undisturbed }) };
}

/** Writes the log, and has the fault come in the middle of it. */
async function disturb(
  site: Site,
  { inject, feedsOn = true }: Scenario,
  { records }: InputLog,
): Promise<void> {
  const { producer } = site.connections;
  const moment = Math.floor(
    records.length * (EARLIEST_MOMENT + (LATEST_MOMENT - EARLIEST_MOMENT) * site.random.uniform()),
  );
  const rest = () => feed({ producer, records: records.slice(moment) });
  await feed({ producer, records: records.slice(0, moment) });
  await sleep(site.random.integer(LATEST_DELAY_MS));
  if (feedsOn) await Promise.all([inject(site), rest()]);
  else {
    await inject(site);
    await rest();
  }
}

/**
 * Waits until all is as it must be, and nothing is written any more; says what is not when the time
 * is over, or when a service has ended by itself.
 */
async function comeToRest(
  { connections, services }: Site,
  same: Scenario['same'],
  expected: Expected,
): Promise<Rest> {
  const until = performance.now() + TIMEOUT_MS;
  const signal = services.signalEnded;
  let problems = ['nobody came to rest'];
  let history: History | undefined;
  while (!signal.aborted && performance.now() < until) {
    const timeoutMs = until - performance.now();
    if ((await settled(connections.bus, { quietMs: QUIET_MS, timeoutMs, signal })) === undefined) break;
    history = await readHistory(connections);
    problems = differencesOf(expected, history, same);
    if (problems.length === 0) break;
    await sleep(POLL_MS);
  }
  return { problems: [...services.ended, ...problems], ...(history && { history }) };
}

/** Beside those of earlier runs, under the name of the scenario. */
async function keepLogs({ services }: Site, name: string): Promise<string> {
  const folder = join(ROOT, '.driftloop/faults', name.replaceAll(/[^a-z0-9]+/gi, '-'));
  await rm(folder, { recursive: true, force: true });
  await cp(services.logDir, folder, { recursive: true });
  return folder;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
