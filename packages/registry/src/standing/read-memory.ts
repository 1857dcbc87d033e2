import { isAlike } from '@driftloop/spec';
import type { ModelState } from '../model-state.ts';
import type { Registry } from '../registry.ts';
import type { Artifact } from '../store/artifact-store.ts';
import { takenDownByPerson, versionsInGoodStanding } from './good-standing.ts';

/**
 * Reads the replay memory that a run goes on from: what is remembered of the stream is the newest
 * version's, also where the loop has brought an older one back. A version that a person took down
 * may have learnt what it should not have, so its memory is left alone, and so are those of
 * versions that were last live before it: the person went back behind them. What a strategy
 * remembers of parameters is of use with those parameters only.
 *
 * @param isWarm whether the strategy goes on from the live version's parameters
 * @returns undefined where there is none
 */
export async function readMemory(
  state: ModelState,
  live: Artifact,
  isWarm: boolean | undefined,
  registry: Pick<Registry, 'artifact'>,
): Promise<Uint8Array | undefined> {
  const current = live.manifest.version;
  const newest = isWarm ? current : newestUndisputed(state, current);
  if (newest !== current) {
    const remembered = await registry
      .artifact(state.model, newest)
      .then((artifact) => (isAlike(artifact.manifest, live.manifest) ? memoryOf(artifact) : undefined))
      .catch(() => undefined);
    if (remembered) return remembered;
  }
  return memoryOf(live);
}

function newestUndisputed(state: ModelState, live: number): number {
  const disputed = Math.max(0, ...takenDownByPerson(state).map(({ publishedAt }) => publishedAt ?? 0));
  const undisputed = versionsInGoodStanding(state).filter(({ publishedAt }) => (publishedAt ?? 0) > disputed);
  return Math.max(live, ...undisputed.map(({ version }) => version));
}

async function memoryOf(artifact: Artifact): Promise<Uint8Array | undefined> {
  return artifact.has('memory.bin') ? artifact.file('memory.bin') : undefined;
}
