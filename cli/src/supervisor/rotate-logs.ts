import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@driftloop/service';

/** A log beyond this is put aside; one older log is kept. */
const LIMIT_BYTES = 32 * 1024 * 1024;
const EVERY_MS = 10_000;

/**
 * Keeps the logs of a folder from filling the disk, from now on until the signal.
 */
export function keepLogsSmall(folder: string, logger: Logger, signal: AbortSignal): void {
  const timer = setInterval(() => {
    try {
      putAside(folder, LIMIT_BYTES);
    } catch (error) {
      logger.warn({ err: error, folder }, 'a log could not be put aside');
    }
  }, EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/**
 * Copies logs that are too large to `.1` and empties them: whoever writes them has them open for
 * appending and goes on at their new end. What is written between the copy and the cut is lost.
 *
 * @returns names of the files
 */
export function putAside(folder: string, limitBytes: number): string[] {
  return readdirSync(folder).filter((file) => {
    const path = join(folder, file);
    if (!file.endsWith('.log') || statSync(path).size <= limitBytes) return false;
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    return true;
  });
}
