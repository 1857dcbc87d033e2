import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';
import { identityOf, isSameProcess, type ProcessIdentity } from './identity.ts';

/** Removing a file takes no time; whoever does it has been stopped if it takes this long. */
const TAKEOVER_MS = 10_000;

/**
 * Runs `action` while this process holds the lock file `path`; waits for another holder up to
 * `waitMs`. A lock whose holder has ended is taken over, so a killed process blocks nobody.
 *
 * @param onWait told once, before the first wait, who holds the lock
 * @throws DriftloopError LOCAL_START_FAILED (retriable) when the holder did not finish in time.
 */
export async function withLock<T>(
  path: string,
  waitMs: number,
  action: () => Promise<T>,
  onWait?: (holder: ProcessIdentity) => void,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  await acquire(path, waitMs, onWait);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(
  path: string,
  waitMs: number,
  onWait?: (holder: ProcessIdentity) => void,
): Promise<void> {
  let told = false;
  const own = `${path}.${randomUUID()}`;
  // Written beside and linked into place, so that nobody ever reads half a lock.
  await writeFile(own, JSON.stringify(identityOf(process.pid) ?? { pid: process.pid, started: '' }));
  const deadline = performance.now() + waitMs;
  try {
    for (;;) {
      if (await linked(own, path)) return;
      const holder = await read(path);
      if (holder !== undefined && !isSameProcess(holder)) {
        await takeAway(path);
        continue;
      }
      if (performance.now() > deadline) {
        throw new DriftloopError(
          'LOCAL_START_FAILED',
          `Process ${holder?.pid ?? '?'} holds ${path} for more than ${Math.round(waitMs / 1000)} s. Wait for it or end it.`,
          { retriable: true },
        );
      }
      if (holder !== undefined && !told) {
        told = true;
        onWait?.(holder);
      }
      await delay(100);
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<ProcessIdentity | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value))
      return { pid: 0, started: '' };
    return { pid: Number(value.pid), started: String(value.started) };
  } catch (error) {
    if (error instanceof SyntaxError) return { pid: 0, started: '' };
    return undefined;
  }
}

/**
 * Several may find the same stale lock; under a lock of its own only one removes it, and only while
 * it is stale.
 */
async function takeAway(path: string): Promise<void> {
  await withLock(`${path}.takeover`, TAKEOVER_MS, async () => {
    const holder = await read(path);
    if (holder !== undefined && !isSameProcess(holder)) await rm(path, { force: true });
  });
}
