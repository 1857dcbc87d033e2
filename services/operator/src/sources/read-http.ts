import { DriftloopError } from '@driftloop/errors';

/**
 * The body of an address, as it comes.
 *
 * @throws DriftloopError as `get`
 */
export async function* readHttp(url: URL, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { body } = await get(url, { signal });
  if (body !== null) yield* body;
}

/**
 * GETs an address; an answer that is no success is thrown.
 *
 * @throws DriftloopError ARTIFACT_MISSING for 404 and 410, ARTIFACTS_UNAVAILABLE for what may be
 *   otherwise later, SOURCE_INVALID for what will not
 */
export async function get(url: URL, init: RequestInit): Promise<Response> {
  const response = await request(url, init);
  const { status } = response;
  if (response.ok) return response;
  await response.body?.cancel();
  const code =
    status === 404 || status === 410
      ? 'ARTIFACT_MISSING'
      : status >= 500 || status === 429
        ? 'ARTIFACTS_UNAVAILABLE'
        : 'SOURCE_INVALID';
  throw new DriftloopError(code, `${shown(url)} answers ${status} ${response.statusText}`.trim());
}

/**
 * The same with every answer.
 *
 * @throws DriftloopError ARTIFACTS_UNAVAILABLE where there is none
 */
export async function request(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    const { message, cause: deeper } = cause as Error;
    const reason = deeper instanceof Error ? deeper.message : message;
    throw new DriftloopError('ARTIFACTS_UNAVAILABLE', `${shown(url)} cannot be read: ${reason}`, { cause });
  }
}

/** Without what may be a secret: a signed address has it in its parameters. */
function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
