import { DriftloopError } from '@driftloop/errors';
import type { ModelLog } from './model-log.ts';
import { createRecent } from './recent.ts';
import type { Registry } from './registry.ts';
import { requireModel } from './require-model.ts';
import type { Artifact, ArtifactStore } from './store/artifact-store.ts';

/** Opened manifests and parsed profiles that are kept in memory. */
const KEPT = 64;

/** Opens the artifacts of versions that the log knows; the newest of them stay open. */
export function createOpenedArtifacts(
  log: ModelLog,
  store: ArtifactStore,
): Pick<Registry, 'artifact' | 'profile'> {
  const artifacts = createRecent<Artifact>(KEPT);
  const profiles = createRecent<unknown>(KEPT);
  const artifact = async (name: string, number: number): Promise<Artifact> => {
    const version =
      log.state(name).versions.get(number) ?? requireModel(log, name).state.versions.get(number);
    if (!version) throw new DriftloopError('VERSION_UNKNOWN', `Model '${name}' has no version ${number}.`);
    return artifacts(version.sha256, () => store.open(version.artifact, version.sha256));
  };
  return {
    artifact,
    async profile(name, number) {
      const opened = await artifact(name, number);
      const { sha256 } = opened.manifest.files['profile.json'] ?? { sha256: '' };
      return profiles(sha256, async () =>
        JSON.parse(new TextDecoder().decode(await opened.file('profile.json'))),
      );
    },
  };
}
