import { createHash } from 'node:crypto';
import { DriftloopError } from '@driftloop/errors';
import {
  type Artifact,
  type ArtifactStore,
  type Manifest,
  openRegistry,
  type Registry,
} from '@driftloop/registry';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { createTopicsInMemory } from './topics-in-memory.ts';

/** Where a rehearsal begins. */
export interface Beginning {
  readonly spec: ModelSpec;
  /** What had happened to the model by then. */
  readonly events: readonly ModelEvent[];
  /** Opens what was made before. */
  artifact(version: number): Promise<Artifact>;
}

/**
 * The registry as it was at a moment of history, that goes on in memory: what a backtest trains is
 * registered, published and rejected by the code of the registry itself, and nobody else sees it.
 *
 * @param now the log's time, milliseconds
 */
export async function rehearseRegistry(
  { spec, events, artifact }: Beginning,
  now: () => number,
): Promise<Registry> {
  const { bus, producer } = createTopicsInMemory(now);
  await producer.send('model.specs', [{ key: spec.model, value: spec }]);
  for (const value of events) await producer.send('model.events', [{ key: spec.model, value }]);
  const before = new Map(events.map(({ sha256, version }) => [sha256, version]));
  const store = storeOver((sha256) => {
    const version = before.get(sha256);
    return version === undefined ? undefined : artifact(version);
  });
  // Whoever waits for a record has it at once.
  const clock = { now, monotonicMs: now, sleep: () => new Promise<void>(() => {}) };
  return openRegistry({ bus, producer, store, clock });
}

/**
 * Keeps what is new in memory.
 * @param earlier what there was before, by the hash of its manifest
 */
function storeOver(earlier: (sha256: string) => Promise<Artifact> | undefined): ArtifactStore {
  const kept = new Map<string, Artifact>();
  return {
    async put(files, description) {
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
      kept.set(sha256, {
        manifest,
        has: (name) => Object.hasOwn(files, name),
        file: async (name) => files[name] ?? missing(`the backtest's artifact ${sha256} has no ${name}`),
      });
      return { uri: `backtest:${sha256}`, sha256 };
    },
    async open(uri, sha256) {
      return kept.get(sha256) ?? (await earlier(sha256)) ?? missing(`there is no ${uri}`);
    },
  };
}

function missing(what: string): never {
  throw new DriftloopError('ARTIFACT_MISSING', `In this backtest ${what}.`);
}

function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
