import type { RegistryAddress } from './registry-address.ts';

/** Beside other work a registry that has just started takes its time. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The id under which a subject has this very schema; undefined when it has not. One request that
 * changes nothing and that registries answer from an index, where registering takes three that lock
 * the subject.
 */
export async function findSchemaId(
  registry: RegistryAddress,
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
    await answer.body?.cancel();
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
export async function readCompatibility(registry: RegistryAddress, subject: string): Promise<string> {
  const answer = await request(registry, `config/${encodeURIComponent(subject)}`, 'GET');
  if (answer.status === 404) {
    await answer.body?.cancel();
    return 'NONE';
  }
  const { compatibilityLevel } = (await accepted(answer, `read config of ${subject}`)) as {
    compatibilityLevel?: unknown;
  };
  return String(compatibilityLevel).toUpperCase();
}

/** Sets it. */
export async function writeCompatibility(
  registry: RegistryAddress,
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
  { url, auth }: RegistryAddress,
  path: string,
  method: 'GET' | 'PUT' | 'POST',
  body?: string,
): Promise<Response> {
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  return fetch(`${url}/${path}`, {
    method,
    headers: {
      'content-type': 'application/vnd.schemaregistry.v1+json',
      ...(credentials ? { authorization: `Basic ${credentials}` } : {}),
    },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    ...(body ? { body } : {}),
  });
}

async function accepted(answer: Response, doing: string): Promise<unknown> {
  if (!answer.ok) throw new Error(`${doing}: status ${answer.status}`);
  return answer.json();
}
