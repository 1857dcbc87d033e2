import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { DriftloopError } from '@driftloop/errors';
import { Agent, request } from 'undici';
import type { Delivery } from '../plan/attempts.ts';
import type { Addresses } from './addresses.ts';

/** What is sent, and to where. */
export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts that no error may repeat, such as the URL itself. */
  readonly hidden: readonly string[];
}

/** Sends to webhooks. */
export interface Poster {
  post(what: Post): Promise<Delivery>;
  close(): Promise<void>;
}

/** What receivers say of a message that may be taken later: RFC 9110, 6585 and 8470. */
const PASSING: readonly number[] = [408, 409, 425, 429];
const MOST_TOLD = 200;

/**
 * Posts to addresses that are allowed only. The check is at the moment of connecting, so that a
 * name cannot point elsewhere in between, and redirects are not followed.
 */
export function createPoster(addresses: Addresses, timeoutMs: number): Poster {
  const agent = new Agent({ connect: { lookup: guardedLookup(addresses), timeout: timeoutMs } });
  return {
    async post({ url, body, headers = {}, hidden }) {
      try {
        // A host that is an address is not looked up.
        const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
        if (isIP(host) > 0) addresses.require(host, host);
        const answer = await request(url, {
          method: 'POST',
          body,
          headers: { 'user-agent': 'driftloop', 'content-type': 'application/json', ...headers },
          dispatcher: agent,
          signal: AbortSignal.timeout(timeoutMs),
        });
        const text = await answer.body.text();
        if (answer.statusCode >= 200 && answer.statusCode < 300) return { ok: true };
        return refused(answer.statusCode, answer.headers['retry-after'], cleaned(text, hidden));
      } catch (error) {
        return failed(error, hidden);
      }
    },
    close: () => agent.destroy(),
  };
}

function guardedLookup(addresses: Addresses): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? [];
      if (error || !first) return callback(error ?? new Error(`${host} has no address`), '', 0);
      try {
        for (const { address } of found) addresses.require(address, host);
      } catch (refusal) {
        return callback(refusal as Error, '', 0);
      }
      if (options.all === true) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

function refused(status: number, retryAfter: string | string[] | undefined, said: string): Delivery {
  const isRetriable = status >= 500 || PASSING.includes(status);
  const seconds = Number(retryAfter ?? Number.NaN);
  const asked = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: 1_000 * seconds } : {};
  const hint = status >= 300 && status < 400 ? ' (redirects are not followed)' : '';
  const more = said === '' ? '' : `: ${said}`;
  return { ok: false, error: `The receiver answered ${status}${hint}${more}`, isRetriable, ...asked };
}

function failed(error: unknown, hidden: readonly string[]): Delivery {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  const isRetriable = !(cause instanceof DriftloopError);
  return { ok: false, error: cleaned(why, hidden) || 'The receiver could not be reached', isRetriable };
}

/** One line for a person, without what nobody may read. */
export function cleaned(text: string, hidden: readonly string[]): string {
  let clean = text;
  for (const secret of hidden) if (secret !== '') clean = clean.replaceAll(secret, '…');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  clean = clean.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  return (clean.length > MOST_TOLD ? `${clean.slice(0, MOST_TOLD)}…` : clean).toWellFormed();
}
