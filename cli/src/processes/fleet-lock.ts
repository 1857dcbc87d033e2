import { join } from 'node:path';
import { withLock } from '@driftloop/local';

/** As long as a start may take that has to fetch its tools. */
const WAIT_MS = 10 * 60_000;

/**
 * One `up` or `down` at a time per data folder, from its first look at what runs to its last record
 * of it. A second one waits and says for whom; one that was killed blocks nobody.
 *
 * @throws DriftloopError LOCAL_START_FAILED (retriable) when the other has not finished in ten
 *   minutes
 */
export function withFleetLock(dataDir: string, action: () => Promise<void>): Promise<void> {
  return withLock(join(dataDir, 'lock.fleet'), WAIT_MS, action, ({ pid }) =>
    console.error(
      `Another \`up\` or \`down\` is at work on this folder (pid ${pid}): waiting for it to finish.`,
    ),
  );
}
