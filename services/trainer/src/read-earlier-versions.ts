import type { EarlierVersion } from '@driftloop/continual';
import type { ModelState, Registry } from '@driftloop/registry';

/** Most versions that a run looks back at, and the most bytes of them: each is kept in memory and answers the newest rows. */
const MOST_VERSIONS = 40;
const MOST_BYTES = 256 * 1024 ** 2;

/**
 * Reads the models that were live before and were replaced in good standing, the newest first. One whose artifact is damaged or gone is
 * left out: it cannot be brought back, and the run does not depend on it.
 */
export async function readEarlierVersions(
  { model, versions }: ModelState,
  registry: Pick<Registry, 'artifact'>,
): Promise<EarlierVersion[]> {
  const retired = [...versions.values()].filter(({ status }) => status === 'retired').reverse();
  const earlier: EarlierVersion[] = [];
  let bytes = 0;
  for (const { version } of retired.slice(0, MOST_VERSIONS)) {
    const onnx = await registry
      .artifact(model, version)
      .then((artifact) => artifact.file('model.onnx'))
      .catch(() => undefined);
    if (onnx === undefined) continue;
    bytes += onnx.byteLength;
    if (bytes > MOST_BYTES) break;
    earlier.push({ version, model: onnx });
  }
  return earlier;
}
