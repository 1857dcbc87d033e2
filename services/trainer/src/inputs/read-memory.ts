import { firstStrategy } from '@driftloop/continual';
import {
  type Artifact,
  type ModelState,
  type Registry,
  takenDownByPerson,
  versionsInGoodStanding,
} from '@driftloop/registry';
import { isAlike } from '@driftloop/spec';

/**
 * Reads the replay memory that a run goes on from: what is remembered of the stream is the newest
 * version's, also where the loop has brought an older one back. A version that a person took down
 * may have learnt what it should not have, so its memory is left alone, and so are those of
 * versions that were last live before it: the person went back behind them. What a strategy
 * remembers of parameters is of use with those parameters only.
 *
 * @returns undefined where there is none
 */
export async function readMemory(
  state: ModelState,
  live: Artifact,
  strategy: string,
  registry: Pick<Registry, 'artifact'>,
): Promise<Uint8Array | undefined> {
  const current = live.manifest.version;
  const newest = firstStrategy(strategy).warm ? current : newestUndisputed(state, current);
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
