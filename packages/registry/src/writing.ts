import type { TypedProducer } from '@driftloop/bus';
import { DriftloopError } from '@driftloop/errors';
import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import type { Logger } from '@driftloop/service';
import { renamingProblem } from '@driftloop/spec';
import type { ModelEntry } from './folded-models.ts';
import type { ModelLog } from './model-log.ts';
import type { ModelState, VersionState } from './model-state.ts';
import { introduceVersion, type NewVersion } from './registration.ts';
import { validateSpec } from './spec.ts';
import type { ArtifactStore } from './store/artifact-store.ts';

/** What writing needs. */
export interface WritingParts {
  readonly producer: Pick<TypedProducer, 'send'>;
  readonly log: ModelLog;
  readonly store: ArtifactStore;
  readonly logger: Logger | undefined;
  /** Wall clock, milliseconds. */
  now(): number;
}

/**
 * Writes specs and events; each resolves once it has come back from the log and has been folded.
 */
export interface Writing {
  /** What `publishSpec` would publish. @throws DriftloopError SPEC_INVALID */
  checkSpec(candidate: unknown): ModelSpec;
  /** @throws DriftloopError SPEC_INVALID */
  publishSpec(candidate: unknown): Promise<ModelSpec>;
  introduce(version: NewVersion, kind: 'registered' | 'candidate'): Promise<VersionState>;
  /**
   * The next event of a version that is known.
   *
   * @throws DriftloopError VERSION_UNKNOWN
   */
  follow(name: string, number: number, event: FollowingEvent): Promise<ModelState>;
}

/** What an event says about a version beside what is known of it. */
export type FollowingEvent = Pick<ModelEvent, 'kind' | 'actor' | 'eventTime' | 'reasons'> &
  Partial<ModelEvent>;

/** Versions that are there know categories and classes by their indices. */
function requireNames(wanted: ModelSpec, known: ModelEntry | undefined): void {
  if (known === undefined || known.state.versions.size === 0) return;
  const problem = renamingProblem(known.spec, wanted);
  if (problem === undefined) return;
  throw new DriftloopError(
    'SPEC_INVALID',
    `The spec of model '${wanted.model}' renames what its versions know by number: ${problem}. Add new names at the end, or register it as another model.`,
  );
}

export function createWriting({ producer, log, store, logger, now }: WritingParts): Writing {
  const send = async (event: ModelEvent): Promise<ModelState> => {
    const folded = log.folded(event);
    await Promise.all([folded, producer.send('model.events', [{ key: event.model, value: event }])]);
    const { model, version, kind, actor, reasons } = event;
    logger?.info({ model, version, kind, actor, reasons }, `version ${version} of '${model}': ${kind}`);
    return log.state(model);
  };
  const checkSpec = (candidate: unknown): ModelSpec => {
    const spec = validateSpec(candidate);
    requireNames(spec, log.model(spec.model));
    return spec;
  };
  return {
    checkSpec,
    async publishSpec(candidate) {
      const spec = { ...checkSpec(candidate), updatedAt: now() };
      await Promise.all([log.seen(spec), producer.send('model.specs', [{ key: spec.model, value: spec }])]);
      return spec;
    },
    introduce: (version, kind) =>
      introduceVersion(version, kind, {
        store,
        state: () => log.state(version.spec.model),
        append: send,
        now,
      }),
    async follow(name, number, event) {
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
    },
  };
}
