import type { Bus, TypedProducer } from '@driftloop/bus';
import { type Clock, type Logger, systemClock } from '@driftloop/service';
import { isSameSpec } from '@driftloop/spec';
import { createCandidates } from './candidates.ts';
import { requireFit } from './fits-spec.ts';
import { followModels } from './model-log.ts';
import { newestEventTime } from './model-state.ts';
import { createOpenedArtifacts } from './opened-artifacts.ts';
import type { Registry } from './registry.ts';
import { requireModel } from './require-model.ts';
import { planRollback } from './rollback.ts';
import { validateSpec } from './spec.ts';
import type { ArtifactStore } from './store/artifact-store.ts';
import { createWriting } from './writing.ts';

/**
 * Opens the registry: resolves once all specs and events have been folded. The topics must exist
 * (bus.ensureTopics).
 */
export async function openRegistry(options: {
  bus: Pick<Bus, 'follow' | 'tail' | 'offsets'>;
  /** Sends specs and events; whoever opened it closes it, after the registry. */
  producer: Pick<TypedProducer, 'send'>;
  store: ArtifactStore;
  logger?: Logger;
  /** @default the machine's */
  clock?: Clock;
}): Promise<Registry> {
  const { bus, producer, store, logger, clock = systemClock } = options;
  const now = () => clock.now();
  const log = await followModels(bus, logger, clock);
  const { artifact, profile } = createOpenedArtifacts(log, store);
  const { checkSpec, publishSpec, introduce, follow } = createWriting({ producer, log, store, logger, now });
  /**
   * A version that nobody can load must not be made live: the one that answers would answer on
   * until the next restart only.
   */
  const requireServable = async (name: string, version: number) => {
    const opened = await artifact(name, version);
    requireFit(opened.manifest, requireModel(log, name).spec);
    const files = opened.manifest.incumbent ? ['profile.json'] : ['model.onnx', 'profile.json'];
    await Promise.all(files.map((file) => opened.file(file)));
  };

  return {
    ...createCandidates({ log, introduce, follow, requireServable }),
    models: log.models,
    model: log.model,
    onChange: log.onChange,
    sync: log.sync,
    catchUp: log.catchUp,
    health: log.health,
    artifact,
    profile,
    checkSpec,
    publishSpec,
    async register(given) {
      await log.sync();
      const wanted = validateSpec(given.spec);
      const known = log.model(wanted.model)?.spec;
      const spec = known && isSameSpec(known, wanted) ? known : await publishSpec(wanted);
      const eventTime = given.eventTime ?? newestEventTime(log.state(spec.model));
      const { actor = 'user', reasons = [], parentVersion = null, commandId = null } = given;
      const version = await introduce(
        { ...given, spec, eventTime, actor, reasons, parentVersion, commandId },
        'registered',
      );
      if (given.publish && version.publishedAt === null)
        await follow(spec.model, version.version, { kind: 'published', actor, eventTime, reasons });
      return version.version;
    },
    async rollback(name, { to, from, reason, actor, commandId = null, eventTime }) {
      await log.sync();
      const { state } = requireModel(log, name);
      const { live, restored } = planRollback(state, to);
      if (live.version === restored.version || live.version !== (from ?? live.version)) return live.version;
      await requireServable(name, restored.version);
      await follow(name, live.version, {
        kind: 'rolledBack',
        restoredVersion: restored.version,
        actor,
        commandId,
        eventTime: eventTime ?? newestEventTime(state),
        reasons: [reason],
      });
      return restored.version;
    },
    close: log.close,
  };
}
