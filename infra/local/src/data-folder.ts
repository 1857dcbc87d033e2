import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { PartName } from './part-name.ts';
import { withLock } from './processes/file-lock.ts';

/** A start may have to fetch and to wait for every part. */
const LOCK_WAIT_MS = 10 * 60_000;

/**
 * The real path of a data folder, made when missing. Everything is named by it, whatever path a
 * caller comes by.
 */
export async function openDataFolder(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  return realpath(dataDir);
}

/** One start or stop at a time per data folder. */
export function withDataFolder<T>(folder: string, action: () => Promise<T>): Promise<T> {
  return withLock(join(folder, 'lock'), LOCK_WAIT_MS, action);
}

/** Where a part logs to. */
export function partLog(folder: string, name: PartName): string {
  return join(folder, 'logs', `${name}.log`);
}
