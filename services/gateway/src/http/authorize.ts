import { timingSafeEqual } from 'node:crypto';
import { DriftloopError } from '@driftloop/errors';
import type { FastifyRequest } from 'fastify';

/**
 * Makes a hook that lets a call pass only with the right bearer token: every call where it is
 * empty, none where it is undefined.
 */
export function requireToken(token: string | undefined): (request: FastifyRequest) => Promise<void> {
  const check = tokenCheck(token);
  return async (request) => check(request.headers.authorization);
}

/**
 * The same for what a call says of itself, wherever that stands.
 * @throws DriftloopError UNAUTHORIZED
 */
export function tokenCheck(token: string | undefined): (authorization: string | undefined) => void {
  const expected = Buffer.from(`Bearer ${token}`);
  return (authorization = '') => {
    if (token === undefined) {
      throw new DriftloopError(
        'UNAUTHORIZED',
        'This gateway has no token and listens beyond its own machine, so nobody may change something by it: set GATEWAY_TOKEN (or GATEWAY_TOKEN_FILE), or GATEWAY_OPEN=true to let everybody.',
      );
    }
    if (token === '') return;
    const given = Buffer.from(authorization);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    throw new DriftloopError(
      'UNAUTHORIZED',
      'This call needs the header `Authorization: Bearer <GATEWAY_TOKEN>`.',
    );
  };
}
