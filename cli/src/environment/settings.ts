import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ConnectionConfig } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';
import { isSameProcess, type ProcessIdentity } from '@driftloop/local';
import { connectionConfig as connectionSchema, loadConfig } from '@driftloop/service';

/** Root of the workspace. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Folder in which `driftloop up` keeps its data, logs and state unless told otherwise. */
export const DEFAULT_DATA_DIR = join(ROOT, '.driftloop/local');

/** What `driftloop up` wrote down for the other commands. */
export interface LocalState {
  /** Environment of the services, KAFKA_BROKERS and the like. */
  readonly environment: Readonly<Record<string, string>>;
  readonly services: readonly LocalService[];
  /** The process that starts again what ends; absent in what an older release wrote. */
  readonly supervisor?: ProcessIdentity;
  /** What has ended without having been asked to, by name of service or part. */
  readonly restarts?: Readonly<Record<string, Restarts>>;
}

/** A service that `up` has started. */
export interface LocalService extends ProcessIdentity {
  readonly name: string;
  readonly url: string;
  readonly log: string;
}

/** How often something was started again, and why the last time. */
export interface Restarts {
  readonly count: number;
  /** When it ended last, epoch ms. */
  readonly lastEndAt: number;
  /** Why, in one line. */
  readonly reason: string;
  /** It is not started again: it ended too often in a row, or would end the same way. */
  readonly givenUp?: boolean;
}

/** Path of the state file below a data folder. */
export function statePath(dataDir: string): string {
  return join(dataDir, 'services.json');
}

/**
 * Reads what `driftloop up` wrote down; undefined when nothing is up there.
 *
 * @throws DriftloopError CONFIG_INVALID when the file is not what `up` writes: which services run
 *   is then not known
 */
export function readLocalState(dataDir: string): LocalState | undefined {
  const path = statePath(dataDir);
  if (!existsSync(path)) return undefined;
  const state = parsed(readFileSync(path, 'utf8'));
  if (isLocalState(state)) return state;
  throw new DriftloopError(
    'CONFIG_INVALID',
    `${path} is damaged, so which services run is not known. End those that still do (their pids are in ${join(dataDir, 'logs')}), remove the file, and run \`npm run driftloop -- up\`.`,
  );
}

/**
 * Replaces what `up` wrote down. It holds addresses with their passwords: only this user may read
 * it, or enter the folder.
 */
export function writeLocalState(dataDir: string, state: LocalState): void {
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
  const path = statePath(dataDir);
  writeFileSync(`${path}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  // A file that was there keeps its mode when it is written over.
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}

/** The services that run, of those that `up` wrote down. */
export function runningServices(state: LocalState | undefined): LocalService[] {
  return (state?.services ?? []).filter(isSameProcess);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isLocalState(state: unknown): state is LocalState {
  if (typeof state !== 'object' || state === null) return false;
  const { environment, services } = state as { environment?: unknown; services?: unknown };
  return typeof environment === 'object' && environment !== null && Array.isArray(services);
}

/**
 * The environment of services whose infrastructure is at `infrastructure` and whose artifacts lie
 * in the data folder.
 */
export function serviceEnvironment(
  infrastructure: Readonly<Record<string, string>>,
  dataDir: string,
  topicPrefix: string,
): Record<string, string> {
  return {
    ...infrastructure,
    ARTIFACTS_URL: process.env.ARTIFACTS_URL ?? pathToFileURL(join(dataDir, 'artifacts')).href,
    TOPIC_PREFIX: topicPrefix,
  };
}

/**
 * Where Kafka and the others are: from the environment, else from a running `driftloop up`.
 *
 * @throws DriftloopError CONFIG_INVALID when neither says
 */
export function connectionConfig(dataDir: string): ConnectionConfig {
  const environment = environmentOf(dataDir, process.env);
  const missing = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL', 'ARTIFACTS_URL'].filter(
    (name) => !environment[name],
  );
  if (missing.length > 0) {
    throw new DriftloopError(
      'CONFIG_INVALID',
      `Nothing is up in ${dataDir} and ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} not set: run \`npm run driftloop -- up${dataDir === DEFAULT_DATA_DIR ? '' : ` --data ${dataDir}`}\`, or set them.`,
    );
  }
  return connectionConfigOf(environment);
}

/** What `up` has recorded, with what is given in its place. */
export function environmentOf(dataDir: string, given: NodeJS.ProcessEnv): Record<string, string> {
  return overlaid(readLocalState(dataDir)?.environment ?? {}, definedOf(given));
}

/**
 * The connection settings that an environment holds.
 *
 * @throws DriftloopError CONFIG_INVALID naming every variable that is missing or wrong
 */
export function connectionConfigOf(
  environment: Readonly<Record<string, string | undefined>>,
): ConnectionConfig {
  return loadConfig(connectionSchema, environment);
}

const FILE = '_FILE';

/**
 * What is given takes the place of what is recorded, also of its value in a file, or beside one.
 */
function overlaid(
  recorded: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const twinOf = (name: string) => (name.endsWith(FILE) ? name.slice(0, -FILE.length) : `${name}${FILE}`);
  const kept = Object.entries(recorded).filter(([name]) => given[twinOf(name)] === undefined);
  return { ...Object.fromEntries(kept), ...given };
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}
