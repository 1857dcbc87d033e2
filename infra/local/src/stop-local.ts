import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataFolder, partLog, withDataFolder } from './data-folder.ts';
import { endParts } from './end-parts.ts';
import { externalPart } from './external-part.ts';
import { ENV_NAMES } from './local-stack.ts';
import { PART_NAMES, type PartName } from './part-name.ts';
import { clickhousePart } from './parts/clickhouse.ts';
import { kafkaPart } from './parts/kafka.ts';
import type { Part } from './parts/part.ts';
import { registryPart } from './parts/registry.ts';
import { readSecureFolder } from './secure/secure-folder.ts';
import { type LocalState, readState, runningPid } from './state-file.ts';

/** What is known of a part of a data folder. */
export interface PartStatus {
  readonly name: PartName;
  /**
   * `ready` answers its clients, `running` is a process that does not (yet), `stopped` is none, or
   * one that is named and not reached.
   */
  readonly state: 'ready' | 'running' | 'stopped';
  /** Its address, also of the last run when it is stopped; absent when it is not known. */
  readonly url?: string;
  readonly pid?: number;
  readonly log?: string;
}

/**
 * Ends whatever runs on a data folder, whoever started it, and leaves the data. Resolves to the
 * names of what it ended.
 */
export async function stopLocal(dataDir: string): Promise<readonly PartName[]> {
  if (!existsSync(dataDir)) return [];
  const folder = await openDataFolder(dataDir);
  return withDataFolder(folder, async () => {
    const state = await readState(folder);
    const running = PART_NAMES.filter((name) => runningPid(folder, state, name) !== undefined);
    await endParts(folder, state, PART_NAMES);
    return running;
  });
}

/**
 * Looks at a data folder, and at the parts that the environment names instead, without changing
 * anything.
 */
export async function statusLocal(dataDir: string): Promise<readonly PartStatus[]> {
  const folder = existsSync(dataDir) ? await openDataFolder(dataDir) : undefined;
  const state = folder === undefined ? { parts: {} } : await readState(folder);
  const secure = folder === undefined ? undefined : readSecureFolder(folder);
  const parts = [kafkaPart('', process.env, secure), registryPart('', secure), clickhousePart(secure)];
  return Promise.all(
    parts.map(async (part) => (await externalStatus(part.name)) ?? localStatus(part, folder, state)),
  );
}

async function externalStatus(name: PartName): Promise<PartStatus | undefined> {
  try {
    const named = await externalPart(name, process.env);
    return named === undefined ? undefined : { name, state: 'ready', url: named.url };
  } catch {
    return { name, state: 'stopped', url: process.env[ENV_NAMES[name]] ?? '' };
  }
}

async function localStatus(part: Part, folder: string | undefined, state: LocalState): Promise<PartStatus> {
  const recorded = state.parts[part.name];
  if (folder === undefined || recorded === undefined) return { name: part.name, state: 'stopped' };
  const { ports, id = '' } = recorded;
  const url = ports.length > 0 ? { url: part.url(ports) } : {};
  const known = { name: part.name, ...url, log: partLog(folder, part.name) };
  const pid = runningPid(folder, state, part.name);
  if (pid === undefined) return { ...known, state: 'stopped' };
  if (ports.length === 0) return { ...known, pid, state: 'running' };
  const ready = await part.isReady({ folder: join(folder, part.name), ports, id, mark: '' });
  return { ...known, pid, state: ready ? 'ready' : 'running' };
}
