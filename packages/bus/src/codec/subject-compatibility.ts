import type { RegistryAddress } from './registry-address.ts';

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The compatibility that the registry keeps a subject to.
 *
 * The registry client can only set one with the first registration, and takes the moment between the two for a
 * setting of someone's choice when another process is there.
 */
export async function readCompatibility(registry: RegistryAddress, subject: string): Promise<string> {
  const answer = await request(registry, subject, 'GET');
  const { compatibilityLevel } = (await answer.json()) as { compatibilityLevel?: unknown };
  return String(compatibilityLevel).toUpperCase();
}

/** Sets it. */
export async function writeCompatibility(
  registry: RegistryAddress,
  subject: string,
  level: string,
): Promise<void> {
  await request(registry, subject, 'PUT', JSON.stringify({ compatibility: level }));
}

async function request(
  { url, auth }: RegistryAddress,
  subject: string,
  method: 'GET' | 'PUT',
  body?: string,
): Promise<Response> {
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  const answer = await fetch(`${url}/config/${encodeURIComponent(subject)}`, {
    method,
    headers: {
      'content-type': 'application/vnd.schemaregistry.v1+json',
      ...(credentials ? { authorization: `Basic ${credentials}` } : {}),
    },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    ...(body ? { body } : {}),
  });
  if (!answer.ok) throw new Error(`${method} config of ${subject}: status ${answer.status}`);
  return answer;
}
