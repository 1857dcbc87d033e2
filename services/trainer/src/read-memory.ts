import { strategyNamed } from '@driftloop/continual';
import type { ModelState, Registry } from '@driftloop/registry';

/**
 * Reads the replay memory that a run goes on from: what is remembered of the stream is the newest version's, also where the loop has brought an older one
 * back. A version that a person took down may have learnt what it should not have, so its memory is left alone; and what a strategy
 * remembers of parameters is of use with those parameters only.
 *
 * @returns undefined where there is none
 */
export async function readMemory(
  state: ModelState,
  live: number,
  strategy: string,
  registry: Pick<Registry, 'artifact'>,
): Promise<Uint8Array | undefined> {
  const newest = strategyNamed(strategy).warm ? live : newestInGoodStanding(state, live);
  if (newest !== live) {
    const remembered = await memoryOf(state.model, newest, registry).catch(() => undefined);
    if (remembered) return remembered;
  }
  return memoryOf(state.model, live, registry);
}

function newestInGoodStanding({ versions }: ModelState, live: number): number {
  const standing = [...versions.values()].filter(
    ({ status, actor }) => status === 'retired' || (status === 'rolledBack' && actor === 'ensemble'),
  );
  return Math.max(live, ...standing.map(({ version }) => version));
}

async function memoryOf(
  model: string,
  version: number,
  registry: Pick<Registry, 'artifact'>,
): Promise<Uint8Array | undefined> {
  const artifact = await registry.artifact(model, version);
  return artifact.has('memory.bin') ? artifact.file('memory.bin') : undefined;
}
