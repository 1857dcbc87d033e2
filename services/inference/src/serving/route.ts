import type { AnswerExpectation } from '@driftloop/drift';
import type { Incumbent, ModelEntry } from '@driftloop/registry';
import type { ModelSpec } from '@driftloop/schemas';
import { rowWidthOf, textColumnsOf } from '@driftloop/spec';
import type { LoadedSession } from '../sessions/session-pool.ts';

/** A version that is loaded. */
export interface ServedVersion {
  readonly version: number;
  /** Features per row. */
  readonly width: number;
  /** Which numbers of a row are places of free texts. @default none */
  readonly textSlots?: readonly number[];
  /** Undefined where others serve it. */
  readonly session: LoadedSession | undefined;
  /** Of its file. @default 0 */
  readonly sizeBytes?: number;
  /** Who answers where there is no session: the answers come with the requests. */
  readonly incumbent?: Incumbent;
  /** What its answers say is to be expected of the truth. @default nothing */
  readonly expectation?: AnswerExpectation | undefined;
}

/**
 * Who answers a model's requests. Replaced as a whole, so a batch sees either the old one or the
 * new one.
 */
export interface Route {
  /** What rows look like. */
  readonly spec: ModelSpec;
  readonly live: ServedVersion;
  readonly canary: ServedVersion | undefined;
  /** Versions whose answers are only measured. */
  readonly shadows: readonly ServedVersion[];
}

/** The versions that a model's spec and events ask for, live first, each once. Pure. */
export function wantedVersions({ spec, state }: ModelEntry): number[] {
  // Without a live version nobody answers, so nothing needs to be in memory.
  if (state.live === null) return [];
  const shadows = shadowsOf({ spec, state }).filter((version) => state.versions.has(version));
  const canary = state.canary === null ? [] : [state.canary];
  return [...new Set([state.live, ...canary, ...shadows])];
}

/** Those that the spec names and the candidate that is on trial, each once. */
function shadowsOf({ spec, state }: Pick<ModelEntry, 'spec' | 'state'>): number[] {
  const candidate = state.shadow === null ? [] : [state.shadow];
  return [...new Set([...spec.rollout.shadowVersions, ...candidate])];
}

/**
 * The route that what is wanted and what is loaded add up to. Pure.
 *
 * The old route stays while the live version is not loaded or does not take rows of the spec: a
 * version that cannot be served takes nothing down. A canary or shadow that is not loaded is left
 * out.
 */
export function nextRoute(
  { spec, state }: ModelEntry,
  loaded: ReadonlyMap<number, ServedVersion>,
  old: Route | undefined,
): Route | undefined {
  if (state.live === null) return undefined;
  const fitting = (version: number | null) => {
    const found = version === null ? undefined : loaded.get(version);
    return found && takesRowsOf(found, spec) ? found : undefined;
  };
  const live = fitting(state.live);
  if (!live) return old;
  const shadows = shadowsOf({ spec, state }).flatMap((version) => fitting(version) ?? []);
  return { spec, live, canary: fitting(state.canary), shadows };
}

/**
 * Where a text is a place among the rows' texts, a version that has a number there would take that.
 */
function takesRowsOf({ width, textSlots = [] }: ServedVersion, spec: ModelSpec): boolean {
  const { slots } = textColumnsOf(spec.features) ?? { slots: [] };
  return width === rowWidthOf(spec) && slots.join() === textSlots.join();
}
