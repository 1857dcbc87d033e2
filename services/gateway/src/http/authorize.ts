import { timingSafeEqual } from 'node:crypto';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyRequest } from 'fastify';

/**
 * Makes a hook that lets a call pass only with the right bearer token; without a configured token
 * every call passes.
 */
export function requireToken(token: string): (request: FastifyRequest) => Promise<void> {
  const check = tokenCheck(token);
  return async (request) => check(request.headers.authorization);
}

/**
 * The same for what a call says of itself, wherever that stands.
 * @throws DriftloopError UNAUTHORIZED
 */
export function tokenCheck(token: string): (authorization: string | undefined) => void {
  const expected = Buffer.from(`Bearer ${token}`);
  return (authorization = '') => {
    if (token === '') return;
    const given = Buffer.from(authorization);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    throw new DriftloopError(
      'UNAUTHORIZED',
      'This call needs the header `Authorization: Bearer <GATEWAY_TOKEN>`.',
    );
  };
}
