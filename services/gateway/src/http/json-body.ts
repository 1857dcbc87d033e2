import { isUtf8 } from 'node:buffer';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** An escape that may be half of a surrogate pair. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/** Reads JSON of a request. @throws DriftloopError REQUEST_INVALID, or what the framework throws */
export type ReadJson = (request: FastifyRequest, bytes: Buffer) => Promise<unknown>;

/**
 * Takes JSON bodies whose text is text: bytes that are not UTF-8, or half a surrogate pair, would
 * be replaced on their way to Kafka, and two ids would become one.
 */
export function readJsonAsText(app: FastifyInstance): void {
  const read = jsonReader(app);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, read);
}

/** What `readJsonAsText` reads bodies with. */
export function jsonReader(app: FastifyInstance): ReadJson {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request, bytes) =>
    new Promise((resolve, reject) => {
      if (!isUtf8(bytes)) return reject(invalid('is not valid UTF-8'));
      const text = bytes.toString();
      parse(request, text, (error, value) => {
        if (error) reject(error);
        else if (SURROGATE_ESCAPE.test(text) && !isText(value))
          reject(invalid('has half a surrogate pair in a text'));
        else resolve(value);
      });
    });
}

/** Whether all text in a JSON value can be written as UTF-8. */
function isText(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isText(inner));
}

function invalid(what: string): DriftloopError {
  return new DriftloopError('REQUEST_INVALID', `The body ${what}: send JSON in UTF-8.`);
}
