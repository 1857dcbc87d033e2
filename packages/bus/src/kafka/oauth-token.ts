import { DriftloopError, hideSecret } from '@driftloop/errors';
import { createFetch, readSecretFile, type TokenSource } from '@driftloop/service';

/** A token is fetched anew when less than this is left of it. */
const EARLY_MS = 30_000;
/**
 * Of a token that does not say for how long it is good (RFC 6749, section 5.1, recommends that).
 */
const USUAL_LIFE_S = 300;
const TIMEOUT_MS = 10_000;

/**
 * What gives kafkajs a token for each connection: from a file that something else renews, or by
 * OAuth 2 client credentials (RFC 6749, section 4.4), kept until shortly before it expires.
 */
export function createTokenSource(source: TokenSource): () => Promise<{ value: string }> {
  if ('file' in source) {
    return async () => {
      const value = readSecretFile('KAFKA_OAUTH_TOKEN_FILE', source.file);
      hideSecret(value);
      return { value };
    };
  }
  let token: { readonly value: string; readonly until: number } | undefined;
  return async () => {
    if (token === undefined || token.until < Date.now()) token = await fetchToken(source);
    return { value: token.value };
  };
}

type Client = Exclude<TokenSource, { readonly file: string }>;

async function fetchToken({ url, clientId, clientSecret, scope }: Client) {
  const ask = createFetch({
    username: encodeURIComponent(clientId),
    password: encodeURIComponent(clientSecret),
  });
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) });
  const answer = await ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: body.toString(),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    const message = `Cannot fetch a token at ${url}: it cannot be reached. Check KAFKA_OAUTH_TOKEN_URL.`;
    throw new DriftloopError('KAFKA_UNAVAILABLE', message, { cause });
  });
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    await answer.discard();
    throw new DriftloopError(
      'CREDENTIALS_REFUSED',
      `${url} gives no token: status ${answer.status}. Check KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET and KAFKA_OAUTH_SCOPE.`,
    );
  }
  const given = answer.ok ? await answer.json().catch(() => undefined) : undefined;
  const { access_token: value, expires_in: lifeS = USUAL_LIFE_S } = (given ?? {}) as Record<string, unknown>;
  if (typeof value !== 'string' || value === '') {
    throw new DriftloopError(
      'KAFKA_UNAVAILABLE',
      `${url} answers with status ${answer.status} and no access_token. Check KAFKA_OAUTH_TOKEN_URL.`,
    );
  }
  hideSecret(value);
  const forS = Number(lifeS);
  return { value, until: Date.now() + (forS >= 0 ? forS : USUAL_LIFE_S) * 1_000 - EARLY_MS };
}
