import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../processes/file-lock.ts';

/**
 * How long to wait for another process that is fetching: as slow as a first download over a slow
 * line.
 */
const FETCH_WAIT_MS = 15 * 60_000;

/**
 * The folder `<cacheDir>/<name>-<hash of the pom>`, made by `fill` if it is not there. It appears
 * whole or not at all: `fill` works in a temporary folder that is renamed at the end. One process
 * fetches at a time (two Mavens at once can damage Maven's own repository); the others wait and
 * find it done.
 */
export async function cachedFolder(
  cacheDir: string,
  name: string,
  pom: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 8);
  const folder = join(cacheDir, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  await withLock(join(cacheDir, 'maven.lock'), FETCH_WAIT_MS, async () => {
    if (existsSync(folder)) return;
    const prefix = `.unfinished-${name}-`;
    // Only the holder of the lock makes such folders: any that are there were left by a killed
    // process.
    for (const left of await readdir(cacheDir)) {
      if (left.startsWith(prefix)) await rm(join(cacheDir, left), { recursive: true, force: true });
    }
    const unfinished = join(cacheDir, `${prefix}${randomUUID()}`);
    try {
      await mkdir(unfinished, { recursive: true });
      await fill(unfinished);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
  return folder;
}
