import type { HttpSecurity } from './parts.ts';

/** What is asked over HTTP. */
export interface FetchOptions {
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** What answers: the part of `Response` that is used. */
export type FetchAnswer = Pick<Response, 'ok' | 'status' | 'json' | 'text'> & {
  /** A header's value; null where there is none. */
  header(name: string): string | null;
  /** Reads nothing more; frees the connection. */
  discard(): Promise<void>;
};

/** `fetch` with the TLS material and credentials of a part. */
export type Fetch = (url: string, options?: FetchOptions) => Promise<FetchAnswer>;

/**
 * Makes a `fetch` for a part. Node's own knows no CA of one's own and no client certificate.
 *
 * @returns a function that rejects as `fetch` does, with the TLS error as cause
 */
export function createFetch(security: HttpSecurity = {}): Fetch {
  const { tls } = security;
  let own: Promise<typeof fetch> | undefined;
  const ask = (): Promise<typeof fetch> => {
    own ??= tls === undefined ? Promise.resolve(fetch) : fetchOver(tls);
    return own;
  };
  const authorization = authorizationOf(security);
  return async (url, { headers, ...options } = {}) => {
    const answer = await (await ask())(url, {
      ...options,
      headers: { ...(authorization === undefined ? {} : { authorization }), ...headers },
    });
    return {
      ok: answer.ok,
      status: answer.status,
      header: (name) => answer.headers.get(name),
      json: () => answer.json(),
      text: () => answer.text(),
      discard: async () => answer.body?.cancel(),
    };
  };
}

/** A `fetch` over TLS of one's own; what it needs takes a while to load. */
async function fetchOver(tls: NonNullable<HttpSecurity['tls']>): Promise<typeof fetch> {
  const { Agent, fetch: undiciFetch } = await import('undici');
  const dispatcher = new Agent({ connect: { ...tls } });
  return ((url: string, options: object) => undiciFetch(url, { ...options, dispatcher })) as typeof fetch;
}

/** The header's value. */
function authorizationOf({ username, password = '', token }: HttpSecurity): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  if (username === undefined) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
