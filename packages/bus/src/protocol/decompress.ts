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
    throw new RangeError('compressed record batch cannot be unpacked', { cause });
  }
  throw new RangeError(`record batch has unknown compression ${codec}`);
}
