import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { decompressLz4Frame } from './lz4.ts';
import { decompressSnappy } from './snappy.ts';

/** A batch that unpacks to more than this is refused: brokers accept about 1 MB packed. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/**
 * Unpacks the records of a batch. driftloop writes uncompressed, but clients in other languages are
 * free to compress.
 *
 * @param codec Kafka's number: 1 gzip, 2 snappy, 3 lz4, 4 zstd
 * @throws RangeError if the codec is unknown, the data malformed or larger than MAX_UNPACKED_BYTES
 * @throws Error if memory is short: that says nothing about the data
 */
export function decompress(codec: number, packed: Buffer): Buffer {
  try {
    switch (codec) {
      case 1:
        return gunzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
      case 2:
        return decompressSnappy(packed, MAX_UNPACKED_BYTES);
      case 3:
        return decompressLz4Frame(packed, MAX_UNPACKED_BYTES);
      case 4:
        return zstdDecompressSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES });
    }
  } catch (cause) {
    if (isShortOfMemory(cause)) throw new Error('not enough memory to unpack a record batch', { cause });
    throw new RangeError('compressed record batch cannot be unpacked', { cause });
  }
  throw new RangeError(`record batch has unknown compression ${codec}`);
}

const SHORT_OF_MEMORY = /^(Z_MEM_ERROR|ZSTD_error_memory_allocation|ERR_MEMORY_ALLOCATION_FAILED)$/;

function isShortOfMemory(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause ? String(cause.code) : '';
  return SHORT_OF_MEMORY.test(code) || cause.message === 'Array buffer allocation failed';
}
