import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DriftloopError } from '@driftloop/errors';
import { type BlobStore, blobPath } from './blob-store.ts';
import { sha256Of } from './sha256.ts';

/** Nothing more fits on the disk, or into what this user may take of it. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Keeps blobs as files of a folder.
 *
 * A blob is written to a file of its own, flushed to disk, and then renamed: a reader sees all of
 * it or nothing, after a crash too, and writers of the same blob cannot disturb one another.
 *
 * @param url file:///folder; made on the first write
 */
export function createFolderBlobStore(url: URL): BlobStore {
  const root = fileURLToPath(url);
  const pathOf = (sha256: string) => join(root, blobPath(sha256));

  return {
    uri: (sha256) => pathToFileURL(pathOf(sha256)).href,
    async get(sha256) {
      const bytes = await readIfThere(pathOf(sha256));
      // A folder without a single blob is not where the artifacts are: not mounted, moved, or
      // another one was meant.
      if (bytes === undefined && !existsSync(join(root, 'sha256'))) throw noStoreAt(root);
      return bytes;
    },
    async put(sha256, bytes) {
      const path = pathOf(sha256);
      const present = await readIfThere(path);
      // A blob that was damaged on disk is written anew.
      if (present && (await sha256Of(present)) === sha256) return;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeDurably(path, bytes);
      } catch (cause) {
        throw unavailable(`Cannot write ${path}`, cause);
      }
    },
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // Without this the new name may be lost with the power.
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw unavailable(`Cannot read ${path}`, cause);
  }
}

function noStoreAt(root: string): DriftloopError {
  return new DriftloopError(
    'ARTIFACTS_UNAVAILABLE',
    `There is no artifact store at ${root}. Mount or restore the folder, or check ARTIFACTS_URL.`,
  );
}

function unavailable(message: string, cause: unknown): DriftloopError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  const isFull = cause instanceof Error && 'code' in cause && FULL.has(cause.code);
  const then = isFull ? 'Free space there.' : 'Check ARTIFACTS_URL and its permissions.';
  return new DriftloopError('ARTIFACTS_UNAVAILABLE', `${message}: ${detail}. ${then}`, {
    cause,
  });
}
