import type { Bus, TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { type Clock, type Logger, systemClock } from '@driftloop/service';
import { isSameSpec } from '@driftloop/spec';
import { requireFit } from './fits-spec.ts';
import type { ModelEntry } from './folded-models.ts';
import { followModels } from './model-log.ts';
import type { ModelState } from './model-state.ts';
import { createRecent } from './recent.ts';
import { introduceVersion, type NewVersion } from './registration.ts';
import type { Registry } from './registry.ts';
import { planRollback } from './rollback.ts';
import { validateSpec } from './spec.ts';
import type { Artifact, ArtifactStore } from './store/artifact-store.ts';

/** Opened manifests and parsed profiles that are kept in memory. */
const KEPT = 64;

/** Opens the registry: resolves once all specs and events have been folded. The topics must exist (bus.ensureTopics). */
export async function openRegistry(options: {
  bus: Bus;
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
  const artifacts = createRecent<Artifact>(KEPT);
  const profiles = createRecent<unknown>(KEPT);

  const entryOf = (name: string): ModelEntry => {
    const entry = log.model(name);
    if (entry) return entry;
    const known = log.models().map(({ spec }) => spec.model);
    const hint = known.length > 0 ? `Known are ${known.join(', ')}.` : 'None is.';
    throw new DriftloopError('MODEL_UNKNOWN', `No model '${name}' is registered. ${hint}`);
  };
  const artifact = async (name: string, number: number): Promise<Artifact> => {
    const version = log.state(name).versions.get(number) ?? entryOf(name).state.versions.get(number);
    if (!version) throw new DriftloopError('VERSION_UNKNOWN', `Model '${name}' has no version ${number}.`);
    return artifacts(version.sha256, () => store.open(version.artifact, version.sha256));
  };
  const send = async (event: ModelEvent): Promise<ModelState> => {
    const folded = log.folded(event);
    await Promise.all([folded, producer.send('model.events', [{ key: event.model, value: event }])]);
    const { model, version, kind, actor, reasons } = event;
    logger?.info({ model, version, kind, actor, reasons }, `version ${version} of '${model}': ${kind}`);
    return log.state(model);
  };
  const publishSpec = async (candidate: unknown): Promise<ModelSpec> => {
    const spec = { ...validateSpec(candidate), updatedAt: now() };
    await Promise.all([log.seen(spec), producer.send('model.specs', [{ key: spec.model, value: spec }])]);
    return spec;
  };
  const introduce = (version: NewVersion, kind: 'registered' | 'candidate') =>
    introduceVersion(version, kind, { store, state: () => log.state(version.spec.model), append: send, now });
  /** The next event of a version that is known. */
  const follow = (
    name: string,
    number: number,
    event: Pick<ModelEvent, 'kind' | 'actor' | 'eventTime' | 'reasons'> & Partial<ModelEvent>,
  ) => {
    const version = log.state(name).versions.get(number);
    if (!version) throw new DriftloopError('VERSION_UNKNOWN', `Model '${name}' has no version ${number}.`);
    const { artifact: uri, sha256, parentVersion, commandId } = version;
    return send({
      model: name,
      version: number,
      restoredVersion: null,
      at: now(),
      artifact: uri,
      sha256,
      parentVersion,
      commandId,
      metrics: {},
      ...event,
    });
  };

  return {
    models: log.models,
    model: log.model,
    onChange: log.onChange,
    sync: log.sync,
    catchUp: log.catchUp,
    health: log.health,
    artifact,
    async profile(name, number) {
      const opened = await artifact(name, number);
      const { sha256 } = opened.manifest.files['profile.json'] ?? { sha256: '' };
      return profiles(sha256, async () =>
        JSON.parse(new TextDecoder().decode(await opened.file('profile.json'))),
      );
    },
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
    async addCandidate(given) {
      await log.sync();
      const { spec } = entryOf(given.model);
      const { version, status } = await introduce({ ...given, spec }, 'candidate');
      if (status !== 'candidate') return version;
      const { actor, eventTime, reasons, metrics, measured, accepted } = given;
      const accepting = spec.rollout.canaryShare > 0 ? 'canary' : 'published';
      await follow(given.model, version, {
        kind: accepted ? accepting : 'rejected',
        actor,
        eventTime,
        reasons,
        metrics: { ...metrics, ...measured },
      });
      return version;
    },
    async rollback(name, { to, from, reason, actor, commandId = null, eventTime }) {
      await log.sync();
      const { spec, state } = entryOf(name);
      const { live, restored } = planRollback(state, to);
      if (live.version === restored.version || live.version !== (from ?? live.version)) return live.version;
      // A version that nobody can load must not be made live: the one that answers would answer on until the next restart only.
      const opened = await artifact(name, restored.version);
      requireFit(opened.manifest, spec);
      await Promise.all(['model.onnx', 'profile.json'].map((file) => opened.file(file)));
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

function newestEventTime(state: ModelState): number {
  return Math.max(0, ...[...state.versions.values()].map((version) => version.eventTime));
}
