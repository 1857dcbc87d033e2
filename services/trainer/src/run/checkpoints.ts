import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { decodeMemory, encodeMemory, type FitCheckpoints, type TrainResult } from '@driftloop/continual';
import { dataDigest } from './data-digest.ts';
import type { TrainingJob } from './job.ts';

/** Bytes of the SHA-256 that a file starts with. */
const DIGEST = 32;
/** Runs that were given up leave their fits behind for this long. */
const KEPT_MS = 24 * 3600 * 1000;

/**
 * Keeps the finished fits of a run in `<folder>/<identity>/<part>.fit`. A file appears by a rename
 * once all of it is on the disk, and is read only if its SHA-256 holds, so that a process may be
 * killed at any moment. Folders of other runs that nobody has written to for a day are removed.
 *
 * They spare time and nothing else: where the folder cannot be written to, the run goes on without
 * them.
 *
 * @param engine name and version of the engine that the job runs on
 * @param onFailure told why a fit is not kept
 */
export async function openCheckpoints(
  folder: string,
  job: TrainingJob,
  engine: string,
  onFailure: (reason: string) => void,
): Promise<FitCheckpoints> {
  const identity = identityOf(job, engine);
  const own = join(folder, identity);
  const failed = (error: unknown) =>
    onFailure(
      `a killed run would begin anew: its fits cannot be kept in ${folder}: ${String(error)}. Free space there, or set TRAINER_CHECKPOINTS to another folder.`,
    );
  await mkdir(own, { recursive: true })
    .then(() => removeOld(folder, identity))
    .catch(failed);
  const file = (part: number) => join(own, `${part}.fit`);
  return {
    async load(part) {
      const bytes = await readFile(file(part)).catch(() => undefined);
      return bytes && decode(bytes);
    },
    save: (part, result) => writeWhole(file(part), encode(result)).catch(failed),
  };
}

/**
 * Removes a run's fits, once its outcome is told; what cannot be removed now goes with the old
 * ones.
 */
export async function discardCheckpoints(job: TrainingJob, engine: string): Promise<void> {
  if (!job.checkpoints) return;
  await rm(join(job.checkpoints, identityOf(job, engine)), { recursive: true, force: true }).catch(() => {});
}

/**
 * Names a run by all that its result depends on: jobs with the same identity end with the same
 * candidate. The engine's own name holds its kind and version: fits of one that rounds differently
 * are not gone on from.
 */
function identityOf(job: TrainingJob, engine: string): string {
  const hash = createHash('sha256');
  const { model, memory, data, earlier, profile, checkpoints, engine: settings, ...rest } = job;
  const { device, threads, maxMemoryMb } = settings;
  const versions = { engine, device, threads, maxMemoryMb, node: process.version };
  hash.update(JSON.stringify({ ...rest, ...versions, data: dataDigest(data) }));
  for (const part of [model, memory]) {
    hash.update(part === undefined ? 'none' : createHash('sha256').update(part).digest());
  }
  return hash.digest('hex').slice(0, 32);
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    const handle = await open(unfinished, 'w');
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    // On a full disk half a file would be in the way of the next.
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
}

function encode({ model, memory, metrics }: TrainResult): Uint8Array {
  const body = serialize({ model, memory: encodeMemory(memory), metrics });
  return Buffer.concat([createHash('sha256').update(body).digest(), body]);
}

function decode(bytes: Buffer): TrainResult | undefined {
  const body = bytes.subarray(DIGEST);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(0, DIGEST))) return undefined;
  const { model, memory, metrics } = deserialize(body);
  return { model: new Uint8Array(model), memory: decodeMemory(memory), metrics };
}

async function removeOld(folder: string, own: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const touched = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (name !== own && Date.now() - touched > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}
