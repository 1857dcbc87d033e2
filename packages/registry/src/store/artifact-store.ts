import { DriftloopError } from '@driftloop/errors';
import type { HttpSecurity } from '@driftloop/service';
import type { BlobStore } from './blob-store.ts';
import { createFolderBlobStore } from './folder-blob-store.ts';
import { decodeManifest, encodeManifest, type Manifest, type ManifestDescription } from './manifest.ts';
import { createS3BlobStore } from './s3-blob-store.ts';
import { sha256Of } from './sha256.ts';

/** One stored version of a model. */
export interface Artifact {
  readonly manifest: Manifest;
  /** Whether the artifact has a file of this name. */
  has(name: string): boolean;
  /**
   * Reads a file of the artifact and checks its hash.
   *
   * @throws DriftloopError ARTIFACT_MISSING, ARTIFACT_CORRUPT, ARTIFACTS_UNAVAILABLE (retriable)
   */
  file(name: string): Promise<Uint8Array>;
}

/** Artifacts by the hash of their manifest. */
export interface ArtifactStore {
  /**
   * Stores files and the manifest that names them; the manifest is written last, so one that can be
   * read is whole.
   *
   * @returns URI and SHA-256 of the manifest
   */
  put(
    files: Readonly<Record<string, Uint8Array>>,
    description: ManifestDescription,
  ): Promise<{ uri: string; sha256: string }>;
  /**
   * Opens an artifact by its hash. The URI is where it was put; a store that was moved or is
   * mounted elsewhere still finds it.
   *
   * @throws DriftloopError ARTIFACT_MISSING, ARTIFACT_CORRUPT, ARTIFACTS_UNAVAILABLE (retriable)
   */
  open(uri: string, sha256: string): Promise<Artifact>;
}

/**
 * Creates the artifact store at a URL.
 *
 * @param url `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`
 * @param security of an S3 store; @default what the AWS SDK finds
 * @throws DriftloopError CONFIG_INVALID for any other URL
 */
export function createArtifactStore(url: string, security: HttpSecurity = {}): ArtifactStore {
  const blobs = blobStoreAt(url, security);
  return {
    async put(files, description) {
      const entries: [string, { sha256: string; sizeBytes: number }][] = [];
      for (const [name, bytes] of Object.entries(files)) {
        const sha256 = await sha256Of(bytes);
        await blobs.put(sha256, bytes);
        entries.push([name, { sha256, sizeBytes: bytes.byteLength }]);
      }
      const manifest = encodeManifest({ format: 1, ...description, files: Object.fromEntries(entries) });
      const sha256 = await sha256Of(manifest);
      await blobs.put(sha256, manifest);
      return { uri: blobs.uri(sha256), sha256 };
    },
    async open(uri, sha256) {
      const manifest = decodeManifest(await read(blobs, sha256, `The manifest ${uri}`), uri);
      return {
        manifest,
        has: (name) => Object.hasOwn(manifest.files, name),
        file: (name) => {
          const entry = manifest.files[name];
          const artifact = `version ${manifest.version} of model '${manifest.model}'`;
          if (!entry) return Promise.reject(missing(`The artifact of ${artifact} has no file ${name}.`));
          return read(blobs, entry.sha256, `File ${name} of ${artifact}`);
        },
      };
    },
  };
}

async function read(blobs: BlobStore, sha256: string, what: string): Promise<Uint8Array> {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw missing(`${what} is named by '${sha256}', which is not a SHA-256.`);
  const bytes = await blobs.get(sha256);
  if (!bytes) {
    const then =
      'Restore it from a backup or bring another version back, and check that every service has the same ARTIFACTS_URL.';
    throw missing(`${what} is not in the artifact store: there is no ${blobs.uri(sha256)}. ${then}`);
  }
  const found = await sha256Of(bytes);
  if (found === sha256) return bytes;
  throw new DriftloopError(
    'ARTIFACT_CORRUPT',
    `${what} is damaged: ${blobs.uri(sha256)} has SHA-256 ${found}. Restore it from a backup or register the version again.`,
  );
}

function missing(message: string): DriftloopError {
  return new DriftloopError('ARTIFACT_MISSING', message);
}

function blobStoreAt(text: string, security: HttpSecurity): BlobStore {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'file:') return createFolderBlobStore(url);
  if (url?.protocol === 's3:') return createS3BlobStore(url, security);
  throw new DriftloopError(
    'CONFIG_INVALID',
    `ARTIFACTS_URL is '${text}' but must be file:///folder or s3://bucket/prefix.`,
  );
}
