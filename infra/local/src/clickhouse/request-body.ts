import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { ClickHouseException } from './exception.ts';

/**
 * A statement that is not the data of an insert is read as a whole; none that a person writes comes
 * near this.
 */
const LIMIT_BYTES = 256 * 1024 * 1024;

const DECOMPRESSORS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);

/**
 * The body of a request, decompressed as its Content-Encoding says.
 *
 * @throws ClickHouseException UNKNOWN_COMPRESSION_METHOD, or CANNOT_DECOMPRESS while it is read.
 */
export async function* requestBody(request: IncomingMessage): AsyncGenerator<Buffer, void, undefined> {
  const encoding = request.headers['content-encoding'] ?? '';
  let source: Readable = request;
  if (encoding !== '' && encoding !== 'identity') {
    const decompressor = DECOMPRESSORS.get(encoding.toLowerCase());
    if (decompressor === undefined) {
      throw new ClickHouseException(
        'UNKNOWN_COMPRESSION_METHOD',
        `Content-Encoding '${encoding}' is not known.`,
      );
    }
    source = pipeline(request, decompressor(), () => undefined);
  }
  try {
    for await (const chunk of source) yield chunk;
  } catch (error) {
    if (source === request) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClickHouseException('CANNOT_DECOMPRESS', `The body is not valid ${encoding}: ${reason}.`);
  }
}

/** A whole body. @throws ClickHouseException QUERY_IS_TOO_LARGE */
export async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LIMIT_BYTES) {
      throw new ClickHouseException('QUERY_IS_TOO_LARGE', `The query is longer than ${LIMIT_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
