import type { ModelEvent } from '@driftloop/schemas';

/**
 * Where a version is in its life. `shadow` answers beside the live version and is never served,
 * until it is promoted or rejected; `retired` was live and has been replaced; `rolledBack` was
 * taken down.
 */
export type VersionStatus =
  | 'registered'
  | 'candidate'
  | 'rejected'
  | 'canary'
  | 'shadow'
  | 'live'
  | 'retired'
  | 'rolledBack';

/** What the events say of one version. */
export interface VersionState {
  readonly version: number;
  readonly status: VersionStatus;
  /** URI of the artifact's manifest. */
  readonly artifact: string;
  /** SHA-256 of the manifest, hex. */
  readonly sha256: string;
  readonly parentVersion: number | null;
  /** Command it was trained for. */
  readonly commandId: string | null;
  /** Of all its events; later ones win. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of its newest event. */
  readonly reasons: readonly string[];
  /** Who caused its newest event. */
  readonly actor: string;
  /** Wall clock since which it is, or last was, live; null if it never was. */
  readonly publishedAt: number | null;
  /**
   * Event time up to which the stream had been seen at the newest event that was about it or
   * brought it back.
   */
  readonly eventTime: number;
  /** Events that took part, so that a repeated one is known. */
  readonly applied: readonly string[];
}

/** What the events say of one model. A value: never changed in place. */
export interface ModelState {
  readonly model: string;
  /** Version that answers, or null. */
  readonly live: number | null;
  /** Version that answers a share of the requests, or null. */
  readonly canary: number | null;
  /** Candidate that answers in shadow, or null. */
  readonly shadow: number | null;
  /** Versions that were live before and may be brought back, the newest last. */
  readonly previousLive: readonly number[];
  readonly versions: ReadonlyMap<number, VersionState>;
}

/** A model of which nothing is known. */
export function initialModelState(model: string): ModelState {
  return { model, live: null, canary: null, shadow: null, previousLive: [], versions: new Map() };
}

/**
 * Applies the next event of a model. Pure, and defined for every event: any prefix of a log is a
 * valid state.
 *
 * - The first event about a version introduces it. A later event with another sha256 lost a race
 *   for the number and has no effect.
 * - An event that is repeated, at once or later, has no effect; nor has what is said again of a
 *   version for the same command, by a trainer that did not hear that the first was written.
 * - An event that comes too late for the version's status (a rejection of a version that is live)
 *   has no effect.
 * - A version that goes live ends the trial, as shadow or canary, of every one numbered below it,
 *   and none of those gets one: what was trained before it has lost its point.
 *
 * @param state undefined stands for a model of which nothing is known
 */
export function foldModelEvents(state: ModelState | undefined, event: ModelEvent): ModelState {
  const before = state ?? initialModelState(event.model);
  const known = before.versions.get(event.version);
  if (known && known.sha256 !== event.sha256) return before;
  const identity = identityOf(event);
  if (known?.applied.includes(identity)) return before;

  const version: VersionState = {
    version: event.version,
    status: known?.status ?? 'registered',
    artifact: known?.artifact ?? event.artifact,
    sha256: event.sha256,
    parentVersion: known?.parentVersion ?? event.parentVersion,
    commandId: known?.commandId ?? event.commandId,
    metrics: { ...known?.metrics, ...event.metrics },
    reasons: event.reasons,
    actor: event.actor,
    publishedAt: event.kind === 'published' ? event.at : (known?.publishedAt ?? null),
    eventTime: event.eventTime,
    applied: [...(known?.applied ?? []), identity],
  };
  return transition(withVersion(before, version), version, event);
}

/** Event time up to which the stream had been seen by the newest event of any version. */
export function newestEventTime(state: ModelState): number {
  return Math.max(0, ...[...state.versions.values()].map((version) => version.eventTime));
}

/** Whether a version was made the canary for a command. */
export function isCanaryFor({ applied }: VersionState, commandId: string): boolean {
  return applied.includes(`canary for ${commandId}`);
}

function identityOf({ kind, at, actor, commandId }: ModelEvent): string {
  return commandId === null ? `${kind}@${at}/${actor}` : `${kind} for ${commandId}`;
}

function transition(state: ModelState, version: VersionState, event: ModelEvent): ModelState {
  const number = version.version;
  const undecided = version.status === 'registered' || version.status === 'candidate';
  switch (event.kind) {
    case 'registered':
      return state;
    case 'candidate':
      return undecided ? withVersion(state, { ...version, status: 'candidate' }) : state;
    case 'rejected':
      return undecided || version.status === 'canary' || version.status === 'shadow'
        ? withVersion(dropTrial(state, number), { ...version, status: 'rejected' })
        : state;
    case 'canary': {
      if (!(undecided || version.status === 'shadow') || number < (state.live ?? 0)) return state;
      const freed = withStatus(dropTrial(state, number), state.canary, 'candidate');
      return { ...withVersion(freed, { ...version, status: 'canary' }), canary: number };
    }
    case 'shadow': {
      if (!undecided || number < (state.live ?? 0)) return state;
      const freed = withStatus(state, state.shadow, 'candidate');
      return { ...withVersion(freed, { ...version, status: 'shadow' }), shadow: number };
    }
    case 'published':
      return makeLive(dropTrial(state, number), number, 'retired');
    case 'rolledBack':
      return rollBack(dropTrial(state, number), number, event);
  }
}

function rollBack(state: ModelState, number: number, event: ModelEvent): ModelState {
  if (state.live !== number) {
    const previousLive = state.previousLive.filter((version) => version !== number);
    return withStatus({ ...state, previousLive }, number, 'rolledBack');
  }
  const restored = event.restoredVersion === null ? undefined : state.versions.get(event.restoredVersion);
  if (restored && restored.version !== number) {
    const since = { ...restored, publishedAt: event.at, eventTime: event.eventTime };
    const freed = dropTrial(withVersion(state, since), restored.version);
    return makeLive(freed, restored.version, 'rolledBack');
  }
  return { ...withStatus(state, number, 'rolledBack'), live: null };
}

function makeLive(state: ModelState, number: number, replaced: 'retired' | 'rolledBack'): ModelState {
  if (state.live === number) return state;
  const others = state.previousLive.filter((version) => version !== number);
  const previousLive = state.live === null || replaced === 'rolledBack' ? others : [...others, state.live];
  const freed = endTrialsBelow(withStatus(state, state.live, replaced), number);
  return withStatus({ ...freed, live: number, previousLive }, number, 'live');
}

function endTrialsBelow(state: ModelState, number: number): ModelState {
  let ended = state;
  for (const place of ['shadow', 'canary'] as const) {
    const version = ended[place];
    if (version !== null && version < number)
      ended = { ...withStatus(ended, version, 'candidate'), [place]: null };
  }
  return ended;
}

/** A version that is live, rejected or taken down holds no other place. */
function dropTrial(state: ModelState, number: number): ModelState {
  const { canary, shadow } = state;
  if (canary !== number && shadow !== number) return state;
  return { ...state, canary: canary === number ? null : canary, shadow: shadow === number ? null : shadow };
}

function withStatus(state: ModelState, number: number | null, status: VersionStatus): ModelState {
  const version = number === null ? undefined : state.versions.get(number);
  return version ? withVersion(state, { ...version, status }) : state;
}

function withVersion(state: ModelState, version: VersionState): ModelState {
  return { ...state, versions: new Map(state.versions).set(version.version, version) };
}
