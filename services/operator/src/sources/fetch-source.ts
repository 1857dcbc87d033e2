import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DriftloopError } from '@driftloop/errors';
import { readS3Object } from '@driftloop/registry';
import type { HttpSecurity } from '@driftloop/service';
import type { Cluster } from '../cluster/cluster.ts';
import type { Source } from '../resources/model-resource.ts';
import { readHttp } from './read-http.ts';
import { type OciCredentials, readOci } from './read-oci.ts';

/** What sources are read with. */
export interface SourceParts {
  readonly cluster: Pick<Cluster, 'configMap'>;
  /** Of s3:// addresses: the artifact store's. */
  readonly store: HttpSecurity;
  readonly oci: OciCredentials;
  readonly limitBytes: number;
}

/**
 * Fetches a file into a folder; its name keeps the ending that says what it is.
 *
 * @returns its path
 * @throws DriftloopError SOURCE_INVALID where the address, the size or the hash is wrong;
 *   ARTIFACT_MISSING, ARTIFACTS_UNAVAILABLE, KUBERNETES_UNAVAILABLE where it cannot be read
 */
export async function fetchSource(
  source: Source,
  folder: string,
  parts: SourceParts,
  signal: AbortSignal,
): Promise<string> {
  const { name, bytes } = await find(source, parts, signal);
  const path = join(folder, name.replace(/[^A-Za-z0-9._-]/g, '_'));
  // Opened before anything can fail: a file that comes into being later would outlive its folder.
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(
    bytes,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        size += chunk.byteLength;
        if (size > parts.limitBytes)
          throw new DriftloopError(
            'SOURCE_INVALID',
            `${describe(source)} is larger than ${parts.limitBytes / 2 ** 20} MiB (OPERATOR_SOURCE_LIMIT_MB).`,
          );
        hash.update(chunk);
        yield chunk;
      }
    },
    file.createWriteStream(),
    { signal },
  );
  const sha256 = hash.digest('hex');
  if (source.sha256 !== undefined && source.sha256.toLowerCase() !== sha256)
    throw new DriftloopError(
      'SOURCE_INVALID',
      `${describe(source)} has the SHA-256 ${sha256}, and the resource says ${source.sha256}.`,
    );
  return path;
}

interface Found {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

async function find(source: Source, parts: SourceParts, signal: AbortSignal): Promise<Found> {
  const { configMap } = source;
  if (configMap !== undefined) {
    const bytes = await parts.cluster.configMap(configMap.name, configMap.key);
    return { name: configMap.key, bytes: once(bytes) };
  }
  const url = URL.parse(source.url ?? '');
  switch (url?.protocol) {
    case 'http:':
    case 'https:':
      return { name: basename(url.pathname), bytes: readHttp(url, signal) };
    case 's3:':
      return { name: basename(url.pathname), bytes: readS3Object(url, parts.store) };
    case 'oci:':
      return readOci(url, parts.oci, signal);
    default:
      throw new DriftloopError(
        'SOURCE_INVALID',
        `'${source.url ?? ''}' is no address: it begins with https://, http://, s3:// or oci://.`,
      );
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function describe({ url, configMap }: Source): string {
  return url ?? `ConfigMap ${configMap?.name}, key ${configMap?.key},`;
}
