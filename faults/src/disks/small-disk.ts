import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A disk of its own below a folder: in memory, and only as large as it is told. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all that is left of it. */
  fill(): Promise<void>;
  free(): Promise<void>;
  /** Takes it away; what lay in the folder before is there again. */
  unmount(): Promise<void>;
}

const FILLER = 'filler';
const PIECE = Buffer.alloc(1 << 16);
const run = promisify(execFile);

/**
 * Mounts one, which only root may.
 *
 * @returns undefined where this process may not
 */
export async function mountSmallDisk(
  folder: string,
  options: { readonly sizeMb: number; readonly readOnly?: boolean },
): Promise<SmallDisk | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  await mkdir(folder, { recursive: true });
  const mode = `size=${options.sizeMb}m${options.readOnly ? ',ro' : ''}`;
  try {
    await run('mount', ['-t', 'tmpfs', '-o', mode, 'tmpfs', folder]);
  } catch {
    // In a container even root may not.
    return undefined;
  }
  const filler = join(folder, FILLER);
  return {
    folder,
    async fill() {
      const file = await open(filler, 'a');
      try {
        for (;;) await file.write(PIECE);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    unmount: async () => void (await run('umount', [folder])),
  };
}
