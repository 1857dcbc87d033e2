import { DriftloopError } from '@driftloop/errors';
import type { ModelTask } from '@driftloop/schemas';

/** A tensor that a model takes or answers. Dimensions that vary are names. */
export interface TensorShape {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** Where a version comes from. */
export interface Lineage {
  /** Version it was trained from, or null. */
  readonly parentVersion: number | null;
  /** Command it was trained for, or null. */
  readonly commandId: string | null;
  /** Service or person that made it. */
  readonly actor: string;
  /**
   * How it was made, as far as its maker wants to say: strategy, selected data and the like. JSON.
   */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Who answers with a version that driftloop does not run: its answers come with the requests. */
export interface Incumbent {
  /** What it calls the version in its answers; empty where they are taken whatever they say. */
  readonly reports: string;
}

/** What an artifact is, apart from its files. */
export interface ManifestDescription {
  readonly model: string;
  readonly version: number;
  readonly task: ModelTask;
  readonly input: TensorShape;
  /** Free texts; absent where the spec has none. */
  readonly texts?: TensorShape;
  readonly output: TensorShape;
  readonly lineage: Lineage;
  /** Of a version that others serve: there is no model.onnx. */
  readonly incumbent?: Incumbent;
}

/** manifest.json: names every file of the artifact by its hash; its own hash names the artifact. */
export interface Manifest extends ManifestDescription {
  readonly format: 1;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly sizeBytes: number }>>;
}

/** Writes a manifest. The same content gives the same bytes, whatever the order of its files. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const { format, model, version, task, input, texts, output, incumbent, lineage } = manifest;
  const files = Object.fromEntries(Object.entries(manifest.files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const withTexts = texts && { texts };
  const ordered = { format, model, version, task, input, ...withTexts, output, incumbent, files, lineage };
  return new TextEncoder().encode(`${JSON.stringify(ordered, null, 2)}\n`);
}

/**
 * Reads a manifest whose hash has been checked: what it says is what was written by
 * `encodeManifest`, of this format or of a later one.
 *
 * @throws DriftloopError ARTIFACT_CORRUPT if it is of another format
 */
export function decodeManifest(bytes: Uint8Array, uri: string): Manifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new DriftloopError('ARTIFACT_CORRUPT', `${uri} is not a manifest: ${String(cause)}.`, { cause });
  }
  if (!isManifest(parsed))
    throw new DriftloopError(
      'ARTIFACT_CORRUPT',
      `${uri} is not a manifest of format 1. Was it written by a newer driftloop?`,
    );
  return parsed;
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'format' in value &&
    value.format === 1 &&
    'files' in value &&
    typeof value.files === 'object' &&
    value.files !== null &&
    ['model', 'version', 'task', 'input', 'output', 'lineage'].every((name) => name in value)
  );
}
