import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@driftloop/service';

/** A log beyond this is put aside; one older log is kept. */
const LIMIT_BYTES = 32 * 1024 * 1024;
const EVERY_MS = 10_000;
const EMERGENCY = 4;

/**
 * Keeps the logs of a folder from filling the disk, from now on until the signal.
 */
export function keepLogsSmall(folder: string, logger: Logger, signal: AbortSignal): void {
  const timer = setInterval(() => {
    try {
      putAside(folder, LIMIT_BYTES, (file, error) =>
        logger.warn({ err: error, folder, file }, 'a log could not be put aside'),
      );
    } catch (error) {
      logger.warn({ err: error, folder }, 'logs could not be looked at');
    }
  }, EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/**
 * Copies logs that are too large to `.1` and empties them: whoever writes them has them open for
 * appending and goes on at their new end. What is written between the copy and the cut is lost. One
 * that cannot be copied keeps no other from being put aside; beyond four times the limit
 * the disk is worth more than it, and it is emptied all the same.
 *
 * @param onProblem told which log could not be copied, and why
 * @returns names of the files that were emptied
 */
export function putAside(
  folder: string,
  limitBytes: number,
  onProblem: (file: string, error: unknown) => void = () => {},
): string[] {
  return readdirSync(folder).filter((file) => {
    const path = join(folder, file);
    if (!file.endsWith('.log')) return false;
    try {
      const { size } = statSync(path);
      if (size <= limitBytes) return false;
      const isKept = copied(path, file, onProblem);
      if (!isKept && size <= EMERGENCY * limitBytes) return false;
      truncateSync(path, 0);
      return true;
    } catch (error) {
      onProblem(file, error);
      return false;
    }
  });
}

function copied(path: string, file: string, onProblem: (file: string, error: unknown) => void): boolean {
  try {
    copyFileSync(path, `${path}.1`);
    return true;
  } catch (error) {
    onProblem(file, error);
    return false;
  }
}
