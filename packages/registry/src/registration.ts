import type { ModelEvent, ModelSpec } from '@driftloop/schemas';
import { incumbentInterfaceOf, modelInterfaceOf } from './model-interface.ts';
import type { ModelState, VersionState } from './model-state.ts';
import type { ArtifactStore } from './store/artifact-store.ts';

/** A new version as its maker hands it over. */
export interface NewVersion {
  readonly spec: ModelSpec;
  /** The file; null for a version that others serve, whose answers come with the requests. */
  readonly onnx: Uint8Array | null;
  /**
   * Without a file: what those who serve it call the version in their answers.
   * @default '', whatever they say
   */
  readonly reports?: string;
  /** What the training data and the outputs looked like, as JSON can say it. */
  readonly profile: unknown;
  /** Replay memory. */
  readonly memory?: Uint8Array | undefined;
  /**
   * What data, recipe and seed decide; part of the artifact, so that the same make the same bytes.
   */
  readonly metrics: Readonly<Record<string, number>>;
  /** What a clock or the machine said of the making: told by the event alone. */
  readonly measured?: Readonly<Record<string, number>> | undefined;
  readonly parentVersion: number | null;
  readonly commandId: string | null;
  readonly eventTime: number;
  readonly reasons: readonly string[];
  readonly actor: string;
  /** More about how it was made, for the manifest. JSON. */
  readonly lineage?: Readonly<Record<string, unknown>> | undefined;
}

/** What introducing a version needs from the registry. */
export interface RegistrationParts {
  readonly store: ArtifactStore;
  state(): ModelState;
  /** Sends an event and resolves once it has been folded. */
  append(event: ModelEvent): Promise<ModelState>;
  now(): number;
}

/**
 * Stores a version's artifact and gives it the number after the highest known.
 *
 * Where two register at the same time, the first event in the log has the number; the other sees
 * that after its own event has come back and tries the next; someone always gets on. A version with
 * the same commandId is not introduced twice: it is returned as it is.
 */
export async function introduceVersion(
  version: NewVersion,
  kind: 'registered' | 'candidate',
  { store, state, append, now }: RegistrationParts,
): Promise<VersionState> {
  const { spec, commandId } = version;
  const { onnx, reports = '' } = version;
  const tensors = onnx === null ? incumbentInterfaceOf(spec) : await modelInterfaceOf(onnx, spec);
  const files = filesOf(version);
  for (;;) {
    const versions = [...state().versions.values()];
    const made = commandId === null ? undefined : versions.find((other) => other.commandId === commandId);
    if (made) return made;
    const number = Math.max(0, ...versions.map((other) => other.version)) + 1;
    const { uri, sha256 } = await store.put(files, {
      model: spec.model,
      version: number,
      task: spec.task,
      ...tensors,
      ...(onnx === null && { incumbent: { reports } }),
      lineage: {
        parentVersion: version.parentVersion,
        commandId,
        actor: version.actor,
        ...(version.lineage && { details: version.lineage }),
      },
    });
    const after = await append({
      model: spec.model,
      version: number,
      kind,
      restoredVersion: null,
      at: now(),
      eventTime: version.eventTime,
      artifact: uri,
      sha256,
      parentVersion: version.parentVersion,
      commandId,
      metrics: { ...version.metrics, ...version.measured },
      reasons: version.reasons,
      actor: version.actor,
    });
    const introduced = after.versions.get(number);
    if (introduced?.sha256 === sha256) return introduced;
  }
}

function filesOf(version: NewVersion): Record<string, Uint8Array> {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return {
    ...(version.onnx && { 'model.onnx': version.onnx }),
    'profile.json': json(version.profile ?? null),
    'metrics.json': json(version.metrics),
    ...(version.memory && { 'memory.bin': version.memory }),
  };
}
