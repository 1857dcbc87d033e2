import { createHash } from 'node:crypto';
import { DriftloopError } from '@driftloop/errors';
import type { Artifact, ArtifactStore, Manifest } from '@driftloop/registry';
import type { Instance } from '../instance/instance.ts';

/** Artifacts by the hash of their manifest, as all instances of a world see them. */
export type Artifacts = Map<
  string,
  { readonly manifest: Manifest; readonly files: Readonly<Record<string, Uint8Array>> }
>;

/** The artifact store of one instance. @param isAway whether the store cannot be reached now */
export function createMemoryStore(
  artifacts: Artifacts,
  instance: Instance,
  isAway: () => boolean,
): ArtifactStore {
  const ask = <T>(look: () => T): Promise<T> =>
    instance.ask(() => {
      if (isAway()) {
        throw new DriftloopError('ARTIFACTS_UNAVAILABLE', 'The artifact store cannot be reached.');
      }
      return look();
    });
  return {
    put(given, description) {
      const files = Object.fromEntries(Object.entries(given).map(([name, bytes]) => [name, bytes.slice()]));
      const manifest: Manifest = {
        format: 1,
        ...description,
        files: Object.fromEntries(
          Object.entries(files).map(([name, bytes]) => [
            name,
            { sha256: hashOf(bytes), sizeBytes: bytes.length },
          ]),
        ),
      };
      const sha256 = hashOf(JSON.stringify(manifest));
      return ask(() => {
        artifacts.set(sha256, { manifest, files });
        return { uri: `memory:${sha256}`, sha256 };
      });
    },
    open: (uri, sha256) =>
      ask((): Artifact => {
        const found = artifacts.get(sha256);
        if (!found) throw new DriftloopError('ARTIFACT_MISSING', `There is no ${uri}.`);
        return {
          manifest: found.manifest,
          has: (name) => Object.hasOwn(found.files, name),
          file: (name) =>
            ask(() => {
              const bytes = found.files[name];
              if (!bytes) throw new DriftloopError('ARTIFACT_MISSING', `${uri} has no file ${name}.`);
              return bytes;
            }),
        };
      }),
  };
}

function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
