import type { Fetch, FetchAnswer } from '@driftloop/service';

/** Where the registry is, and what speaks to it. */
export interface RegistryApi {
  readonly url: string;
  readonly fetch: Fetch;
}

/** An answer that says no. */
class RegistryStatusError extends Error {
  readonly status: number;

  constructor(doing: string, status: number) {
    super(`${doing}: status ${status}`);
    this.status = status;
  }
}

/** Beside other work a registry that has just started takes its time. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The id under which a subject has this very schema; undefined when it has not. One request that
 * changes nothing and that registries answer from an index, where registering takes three that lock
 * the subject.
 */
export async function findSchemaId(
  registry: RegistryApi,
  subject: string,
  schema: string,
): Promise<number | undefined> {
  const answer = await request(
    registry,
    `subjects/${encodeURIComponent(subject)}`,
    'POST',
    JSON.stringify({ schema }),
  );
  if (answer.status === 404) {
    await answer.discard();
    return undefined;
  }
  const { id } = (await accepted(answer, `look up the schema of ${subject}`)) as { id?: unknown };
  return typeof id === 'number' ? id : undefined;
}

/**
 * The compatibility that the registry keeps a subject to; NONE where nobody has set one.
 *
 * The registry client can only set one after the first registration, and takes the moment between
 * the two for a setting of someone's choice when another process is there.
 */
export async function readCompatibility(registry: RegistryApi, subject: string): Promise<string> {
  const answer = await request(registry, `config/${encodeURIComponent(subject)}`, 'GET');
  if (answer.status === 404) {
    await answer.discard();
    return 'NONE';
  }
  const { compatibilityLevel } = (await accepted(answer, `read config of ${subject}`)) as {
    compatibilityLevel?: unknown;
  };
  return String(compatibilityLevel).toUpperCase();
}

/** The names of all subjects. */
export async function listSubjects(registry: RegistryApi): Promise<unknown> {
  return accepted(await request(registry, 'subjects', 'GET'), 'list subjects');
}

/** Sets it. */
export async function writeCompatibility(
  registry: RegistryApi,
  subject: string,
  level: string,
): Promise<void> {
  const body = JSON.stringify({ compatibility: level });
  await accepted(
    await request(registry, `config/${encodeURIComponent(subject)}`, 'PUT', body),
    `set config of ${subject}`,
  );
}

async function request(
  { url, fetch }: RegistryApi,
  path: string,
  method: 'GET' | 'PUT' | 'POST',
  body?: string,
): Promise<FetchAnswer> {
  return fetch(`${url}/${path}`, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    ...(body ? { body } : {}),
  });
}

async function accepted(answer: FetchAnswer, doing: string): Promise<unknown> {
  if (answer.ok) return answer.json();
  await answer.discard();
  throw new RegistryStatusError(doing, answer.status);
}
