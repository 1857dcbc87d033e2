import type { IncomingHttpHeaders } from 'node:http';
import { DriftloopError } from '@driftloop/errors';
import type { Identity } from './identity.ts';

/** What a page of this gateway sends with every call that changes something. */
const PAGE_HEADER = 'x-driftloop-request';

/** Origins from which a browser may call, beside the gateway's own. */
export interface Origins {
  /** As browsers reach the gateway, where not by the header Host: `https://driftloop.example`. */
  readonly publicUrl?: string | undefined;
  readonly cors?: readonly string[];
}

/**
 * Refuses a call that changes something where a web page of elsewhere may have made the browser
 * send it: the cookie, or being on this machine, goes with it without the page knowing either.
 *
 * @throws DriftloopError FORBIDDEN
 */
export function requireOwnPage(
  headers: IncomingHttpHeaders,
  caller: Pick<Identity, 'via'> | undefined,
  { publicUrl, cors = [] }: Origins,
): void {
  // A bearer token is sent by whoever has it.
  if (caller?.via === 'token' || caller?.via === 'root') return;
  const { origin } = headers;
  if (origin !== undefined && !isOwn(origin, headers.host, publicUrl) && !cors.includes(origin))
    throw new DriftloopError('FORBIDDEN', `Pages of ${origin} may not change anything here.`);
  if (caller?.via === 'session' && headers[PAGE_HEADER] !== '1')
    throw new DriftloopError(
      'FORBIDDEN',
      `With a session, calls that change something need the header \`${PAGE_HEADER}: 1\`.`,
    );
}

function isOwn(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && URL.canParse(publicUrl) && new URL(publicUrl).origin === origin) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
