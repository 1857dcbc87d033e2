import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DriftloopError } from '@driftloop/errors';

/** The bytes of a file, unpacked where it is gzipped. */
export interface FileBytes {
  readonly path: string;
  readonly isGzip: boolean;
  /** The first bytes, unpacked. */
  readonly head: Buffer;
  /** Whether the head is all there is. */
  readonly isWhole: boolean;
  /** Reads from the beginning; errors of file and gzip come out of it. */
  stream(): Readable;
}

const HEAD_BYTES = 256 * 1_024;

/** @throws DriftloopError REQUEST_INVALID where the file is not there or cannot be unpacked */
export async function openBytes(path: string): Promise<FileBytes> {
  try {
    const isGzip = beginsLikeGzip(path) || path.endsWith('.gz');
    const stream = () => streamOf(path, isGzip);
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of stream() as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= HEAD_BYTES) break;
    }
    return { path, isGzip, head: Buffer.concat(parts), isWhole: size < HEAD_BYTES, stream };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EISDIR')
      throw new DriftloopError('REQUEST_INVALID', `${path} is a folder. Name one file in it.`, { cause });
    throw new DriftloopError('REQUEST_INVALID', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function streamOf(path: string, isGzip: boolean): Readable {
  const file = createReadStream(path);
  if (!isGzip) return file;
  const unpacked = createGunzip();
  file.once('error', (error) => unpacked.destroy(error));
  unpacked.once('close', () => file.destroy());
  return file.pipe(unpacked);
}

function beginsLikeGzip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const first = Buffer.alloc(2);
    readSync(file, first, 0, 2, 0);
    return first[0] === 0x1f && first[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}
