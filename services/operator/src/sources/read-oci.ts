import { DriftloopError } from '@driftloop/errors';
import { isLoopback } from '@driftloop/service';
import Type from 'typebox';
import Value from 'typebox/value';
import { get, request } from './read-http.ts';

/** User and password for OCI registries; without them as anonymous. */
export interface OciCredentials {
  /** Hosts that are told them: whoever may create a Model names others. */
  readonly registries?: readonly string[] | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * One file of an OCI artifact, as `oras push registry/name:tag model.onnx` makes it
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull).
 *
 * @param url `oci://registry/name:tag` or `oci://registry/name@sha256:…`; behind a `#` the title of
 *   the file, where there are several
 * @throws DriftloopError SOURCE_INVALID, ARTIFACT_MISSING or ARTIFACTS_UNAVAILABLE
 */
export async function readOci(
  url: URL,
  credentials: OciCredentials,
  signal: AbortSignal,
): Promise<{ name: string; bytes: AsyncIterable<Uint8Array> }> {
  const { name, reference } = partsOf(url);
  // As container engines do: a registry on this machine speaks HTTP.
  const base = `${isLoopback(url.hostname) ? 'http' : 'https'}://${url.host}/v2/${name}`;
  const headers: Record<string, string> = { accept: ACCEPT };
  const at = new URL(`${base}/manifests/${reference}`);
  let response = await request(at, { headers, signal });
  if (response.status === 401) {
    const theirs = credentials.registries?.includes(url.host) ? credentials : {};
    headers.authorization = await authorizationOf(response, theirs, signal);
    response = await get(at, { headers, signal });
  } else if (!response.ok) {
    response = await get(at, { headers, signal });
  }
  const layer = layerOf(await response.json(), decodeURIComponent(url.hash.slice(1)), url);
  const blob = await get(new URL(`${base}/blobs/${layer.digest}`), { headers, signal });
  if (blob.body === null) throw new DriftloopError('ARTIFACTS_UNAVAILABLE', `${url.href} has no content.`);
  return { name: layer.title, bytes: blob.body };
}

const ACCEPT = 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.artifact.manifest.v1+json';

const Manifest = Type.Object({
  layers: Type.Array(
    Type.Object({
      digest: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }),
      annotations: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    { minItems: 1 },
  ),
});

function partsOf(url: URL): { name: string; reference: string } {
  const [, name, tag, digest] =
    /^\/(.+?)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(url.pathname) ?? [];
  if (name === undefined || !/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(name))
    throw new DriftloopError('SOURCE_INVALID', `${url.href} is not oci://registry/name:tag.`);
  return { name, reference: digest ?? tag ?? 'latest' };
}

function layerOf(manifest: unknown, wanted: string, url: URL): { digest: string; title: string } {
  if (!Value.Check(Manifest, manifest))
    throw new DriftloopError('SOURCE_INVALID', `${url.href} has no manifest of an OCI artifact with files.`);
  const layers = manifest.layers.map(({ digest, annotations }) => ({
    digest,
    title: annotations?.['org.opencontainers.image.title'] ?? 'model.onnx',
  }));
  const [only] = layers;
  const found = wanted === '' ? layers.length === 1 && only : layers.find(({ title }) => title === wanted);
  if (found) return found;
  const titles = layers.map(({ title }) => title).join(', ');
  throw new DriftloopError('SOURCE_INVALID', `${url.href} holds ${titles}: name one behind a #.`);
}

/**
 * What a registry that answers 401 asks for: a token from the realm that it names, or the password
 * itself.
 */
async function authorizationOf(
  response: Response,
  { username, password }: OciCredentials,
  signal: AbortSignal,
): Promise<string> {
  const challenge = response.headers.get('www-authenticate') ?? '';
  const basic =
    username === undefined
      ? undefined
      : `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
  const words = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const realm = URL.parse(words.realm ?? '');
  if (!/^bearer /i.test(challenge) || realm === null) {
    if (basic !== undefined) return basic;
    throw new DriftloopError(
      'SOURCE_INVALID',
      `${response.url} asks for a password: OPERATOR_OCI_USERNAME, for OPERATOR_OCI_REGISTRIES.`,
    );
  }
  // The password goes to no server that a registry names without TLS.
  if (basic !== undefined && realm.protocol !== 'https:' && !isLoopback(realm.hostname))
    throw new DriftloopError(
      'SOURCE_INVALID',
      `${response.url} wants the password sent in the clear to ${realm.origin}.`,
    );
  for (const name of ['service', 'scope']) if (words[name]) realm.searchParams.set(name, words[name]);
  const answer = await get(realm, { signal, headers: basic === undefined ? {} : { authorization: basic } });
  const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
  return `Bearer ${token ?? access_token ?? ''}`;
}
