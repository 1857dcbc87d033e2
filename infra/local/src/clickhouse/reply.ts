import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib';
import { describeException, statusOf } from './exception.ts';
import {
  EXCEPTION_CODE_HEADER,
  EXCEPTION_TAG_HEADER,
  FORMAT_HEADER,
  SUMMARY_HEADER,
  type Summary,
  summaryValue,
} from './headers.ts';

/** In the order of preference; speed matters more than size on one machine. */
const COMPRESSORS: readonly (readonly [string, () => Transform])[] = [
  ['zstd', () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } })],
  ['gzip', () => createGzip({ level: 1 })],
  ['br', () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ['deflate', () => createDeflate({ level: 1 })],
];

/** How rows are sent. */
export interface ReplyOptions {
  readonly format: string;
  readonly compress: boolean;
  readonly summary?: Summary;
}

/** Sends rows piece by piece; the client's pace holds the engine back. */
export async function sendRows(
  request: IncomingMessage,
  response: ServerResponse,
  chunks: AsyncIterable<Uint8Array>,
  options: ReplyOptions,
): Promise<void> {
  // The first piece is awaited before the status is sent: most errors show there.
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const tag = randomBytes(8).toString('hex');
  response.setHeader('content-type', contentType(options.format));
  response.setHeader(FORMAT_HEADER, options.format);
  response.setHeader(EXCEPTION_TAG_HEADER, tag);
  if (options.summary !== undefined) response.setHeader(SUMMARY_HEADER, summaryValue(options.summary));
  const compressor = options.compress ? pickCompressor(request) : undefined;
  const rows = Readable.from(remaining(first, iterator, tag), { objectMode: false });
  response.statusCode = 200;
  if (compressor === undefined) return pipeline(rows, response);
  response.setHeader('content-encoding', compressor[0]);
  return pipeline(rows, compressor[1](), response);
}

async function* remaining(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
  tag: string,
): AsyncGenerator<Uint8Array> {
  try {
    for (let step = first; !step.done; step = await iterator.next()) yield step.value;
  } catch (error) {
    yield exceptionBlock(describeException(error).text, tag);
  } finally {
    await iterator.return?.();
  }
}

/** How ClickHouse reports an exception behind rows that were sent already. */
function exceptionBlock(text: string, tag: string): Buffer {
  const message = `${text}\n`;
  const length = Buffer.byteLength(message);
  return Buffer.from(`\r\n__exception__\r\n${tag}\r\n${message}${length} ${tag}\r\n__exception__\r\n`);
}

/**
 * Sends an exception; one that comes too late for a status breaks the connection, so that nobody
 * takes the rest for whole.
 */
export function sendException(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, text } = describeException(error);
  for (const name of ['content-encoding', FORMAT_HEADER, EXCEPTION_TAG_HEADER]) response.removeHeader(name);
  response.writeHead(statusOf(code), {
    'content-type': 'text/plain; charset=UTF-8',
    [EXCEPTION_CODE_HEADER]: String(code),
  });
  response.end(text.endsWith('\n') ? text : `${text}\n`);
}

function pickCompressor(request: IncomingMessage): (typeof COMPRESSORS)[number] | undefined {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  return COMPRESSORS.find(([name]) => new RegExp(`\\b${name}\\b`).test(accepted));
}

function contentType(format: string): string {
  if (/^(JSONEachRow|JSONCompactEachRow|JSONStringsEachRow|JSONLines|NDJSON)/.test(format))
    return 'application/x-ndjson; charset=UTF-8';
  if (format.startsWith('JSON')) return 'application/json; charset=UTF-8';
  if (format.startsWith('CSV')) return 'text/csv; charset=UTF-8';
  if (/^(TabSeparated|TSV)/.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  if (/^(RowBinary|Native|Parquet|Arrow|ORC|Avro|Protobuf|MsgPack|Npy)/.test(format))
    return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}
