import { isAlike, type VersionInterface } from '@driftloop/spec';
import type { ModelState } from '../model-state.ts';
import type { Registry } from '../registry.ts';
import { versionsInGoodStanding } from './good-standing.ts';

/** A version that was live before, and its ONNX file. */
interface EarlierVersion {
  readonly version: number;
  readonly model: Uint8Array;
}

/**
 * Most versions that a run looks back at, and the most bytes of them: each is kept in memory and
 * answers the newest rows.
 */
const MOST_VERSIONS = 40;
const MOST_BYTES = 256 * 1024 ** 2;

/**
 * Reads the models that were live before and are in good standing, the newest first. One whose
 * artifact is damaged or gone is left out: it cannot be brought back, and the run does not depend
 * on it. So is one of another shape: the model's spec
 * has changed since; and one that others serve.
 */
export async function readEarlierVersions(
  state: ModelState,
  live: VersionInterface,
  registry: Pick<Registry, 'artifact'>,
): Promise<EarlierVersion[]> {
  const before = versionsInGoodStanding(state).reverse();
  const earlier: EarlierVersion[] = [];
  let bytes = 0;
  for (const { version } of before.slice(0, MOST_VERSIONS)) {
    const onnx = await registry
      .artifact(state.model, version)
      .then((artifact) =>
        isAlike(artifact.manifest, live) && !artifact.manifest.incumbent
          ? artifact.file('model.onnx')
          : undefined,
      )
      .catch(() => undefined);
    if (onnx === undefined) continue;
    bytes += onnx.byteLength;
    if (bytes > MOST_BYTES) break;
    earlier.push({ version, model: onnx });
  }
  return earlier;
}
