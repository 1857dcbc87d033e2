import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { jsonReader } from '../json-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What follows the JSON in a body of the Open Inference Protocol: tensors as bytes. */
    binary: Buffer;
  }
}

/** Says how much of a body is JSON. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

const NOTHING = Buffer.alloc(0);
const DECOMPRESS = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * Takes bodies of the Open Inference Protocol, whatever their content type says: JSON, and behind
 * it tensors as bytes where the header Inference-Header-Content-Length says where it ends.
 *
 * @param bodyLimitBytes of a body that came compressed, after it was decompressed
 */
export function readTensorBodies(app: FastifyInstance, bodyLimitBytes: number): void {
  const readJson = jsonReader(app);
  app.decorateRequest('binary');
  app.addHook('onRequest', async (request) => {
    request.binary = NOTHING;
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const bytes = await decompressed(request, body, bodyLimitBytes);
      const length = jsonLengthOf(request, bytes);
      request.binary = bytes.subarray(length);
      return readJson(request, bytes.subarray(0, length));
    },
  );
}

async function decompressed(request: FastifyRequest, body: Buffer, maxOutputLength: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate')
    throw new DriftloopError(
      'REQUEST_INVALID',
      `The body is compressed by '${encoding}'; taken are gzip and deflate.`,
    );
  try {
    return await DECOMPRESS[encoding](body, { maxOutputLength });
  } catch (cause) {
    const isLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (isLarge) throw Object.assign(new Error('Request body is too large'), { statusCode: 413 });
    throw new DriftloopError('REQUEST_INVALID', `The body is not ${encoding}: ${String(cause)}.`, { cause });
  }
}

function jsonLengthOf(request: FastifyRequest, bytes: Buffer): number {
  const given = request.headers[JSON_LENGTH_HEADER];
  if (given === undefined) return bytes.length;
  const length = Number(given);
  if (Number.isInteger(length) && length >= 0 && length <= bytes.length) return length;
  throw new DriftloopError(
    'REQUEST_INVALID',
    `Inference-Header-Content-Length is '${given}', but the body has ${bytes.length} bytes.`,
  );
}
