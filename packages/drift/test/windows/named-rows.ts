import type { DriftSketch, ModelSpec, WindowPolicy } from '@driftloop/schemas';
import type { ModelContext } from '../../src/chunks/context.ts';
import type { ContentKind } from '../../src/content/content.ts';
import type { ReferenceProfile } from '../../src/profile/reference-profile.ts';
import { wrapSketch } from '../../src/sketch/envelope.ts';
import { countVersions } from '../../src/windows/order.ts';
import { emptyModel, type Group, type ModelFold, type OpenWindow } from '../../src/windows/state.ts';

/** Rows that are known by name, so that a test sees which of them came together. */
export const NAMES: ContentKind<string[]> = {
  mostRows: 10,
  decode: (bytes) => new TextDecoder().decode(bytes).split(' '),
  encode: (names) => new TextEncoder().encode(names.join(' ')),
  merge: (target, other) => [...target, ...other],
};

/** Windows of 100 ms of which single rows show that they are over. */
export const POLICY: WindowPolicy = {
  lengthMs: 100,
  allowedLatenessMs: 0,
  minSamples: 1,
  allowedAheadMs: 0,
  partitionIdleMs: 1_000,
};

/** Rows of a window in a chunk. */
export interface RowsIn {
  readonly start: number;
  /** @default 100 */
  readonly lengthMs?: number;
  /** @default 1 */
  readonly version?: number;
  /** @default '' */
  readonly layout?: string;
  readonly names: readonly string[];
}

/**
 * A chunk of ten offsets in partition 0 of the signal 'prediction', with what is said otherwise.
 */
export function chunkWith(
  given: Partial<Omit<DriftSketch, 'windows'>> & { readonly windows?: readonly RowsIn[] } = {},
): DriftSketch {
  const { chunkStart = 0, windows = [], ...rest } = given;
  return {
    model: 'm',
    signal: 'prediction',
    partition: 0,
    chunkStart,
    chunkEnd: chunkStart + 10,
    logTime: 0,
    recent: [],
    rejected: 0,
    clocks: [],
    partitions: 0,
    topicId: '',
    ...rest,
    windows: windows.map(({ start, lengthMs = 100, version = 1, layout = '', names }) => ({
      start,
      version,
      layout,
      n: names.length,
      sketch: wrapSketch(lengthMs, NAMES.encode([...names])),
    })),
  };
}

export function foldWith(given: Partial<ModelFold<string[]>> = {}): ModelFold<string[]> {
  const fold = { ...emptyModel<string[]>(), ...given };
  for (const chunks of fold.queue.values())
    for (const chunk of chunks) countVersions(fold.queuedVersions, chunk, 1);
  return fold;
}

/** Rows of one version, by default the first. */
export function groupOf(names: readonly string[], version = 1, key = String(version)): Group<string[]> {
  return { key, version, n: names.length, content: [...names] };
}

/** A window of 100 ms. @param passedSince @default it is not passed */
export function windowOf(
  start: number,
  groups: readonly Group<string[]>[] = [],
  passedSince: number | null = null,
): OpenWindow<string[]> {
  const end = start + 100;
  return { start, end, groups: new Map(groups.map((group) => [group.key, group])), passedSince };
}

/** Windows as a fold holds them. */
export function windowsOf(...windows: readonly OpenWindow<string[]>[]): ModelFold<string[]>['windows'] {
  return new Map(windows.map((window) => [`${window.start}/${window.end}`, window]));
}

/**
 * What is known of a model. Nothing that knows rows by name looks into a profile: it is told by its
 * number of rows, the version.
 */
export function contextWith(spec: ModelSpec): ModelContext {
  return { spec, liveAt: () => 1, profile: (version) => ({ format: 1, rows: version }) as ReferenceProfile };
}
