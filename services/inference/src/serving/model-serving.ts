import { DriftloopError, isRetriable, type Refusal, refusalOf } from '@driftloop/errors';
import type { ModelEntry } from '@driftloop/registry';
import type { Clock } from '@driftloop/service';
import { createRetryLater } from './retry-later.ts';
import { nextRoute, type Route, type ServedVersion, wantedVersions } from './route.ts';
import { createWaiting } from './waiting.ts';

/** A version that could not be loaded. */
export interface LoadFailure extends Refusal {
  /** Attempts in a row. */
  readonly failures: number;
  /** The store was out of reach: nothing is wrong with the version. */
  readonly mayPass: boolean;
}

/** What a model's serving needs from outside. */
export interface ServingParts {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>;
  load(entry: ModelEntry, version: number, avoid?: number): Promise<ServedVersion>;
  /**
   * Whether versions are loaded when the first request comes, and not as soon as they are known.
   * @default false
   */
  readonly onDemand?: boolean;
  /** Milliseconds for which requests wait for a first version. */
  readonly waitMs: number;
  /**
   * Whether any model is answered for. While none is, and the store is out of reach, the service
   * cannot serve and requests wait: they are not to blame. Where others are, they come first.
   */
  servesAny(): boolean;
  /** Another live version is wanted than `from`, which answers. */
  onSwapBegin(model: string, from: number): void;
  /** @param ms since it was wanted; from is undefined for a first version */
  onSwapped(model: string, from: number | undefined, to: number, ms: number): void;
  onLoadFailed(model: string, version: number, failure: LoadFailure): void;
  /** An error that is none of the expected ones. */
  onBug(error: unknown): void;
}

/** Keeps in memory what one model's spec and events ask for. */
export interface ModelServing {
  /** The route of the next batch. */
  route(): Route | undefined;
  /**
   * Takes over the newest spec and state. Resolves once every wanted version is loaded or was
   * tried.
   */
  update(entry: ModelEntry): Promise<void>;
  /**
   * The route, as soon as there is one; a refusal if the model is not live, or cannot be served
   * within the wait, which lasts while no model can for want of the store; undefined when it was
   * closed meanwhile.
   */
  servable(): Promise<Route | Refusal | undefined>;
  /** The store has answered: what could not be read for want of it is tried again at once. */
  onStoreBack(): void;
  /** The newest failure of each wanted version that is not loaded. */
  failures(): ReadonlyMap<number, LoadFailure>;
  entry(): ModelEntry;
  /** Whether nothing is in memory because nobody asks for it. */
  isAsleep(): boolean;
  /** Of the files of the versions in memory. */
  bytes(): number;
  /** Frees all versions until somebody asks for them again; not while some are being loaded. */
  fallAsleep(): void;
  close(): void;
}

/** How often those that are held look whether others are answered for by now, ms. */
const HELD_MS = 1_000;

/** Creates the serving of a model of which a first spec and state are known; `update` starts it. */
export function createModelServing(first: ModelEntry, parts: ServingParts): ModelServing {
  const { model } = first.spec;
  const { clock } = parts;
  const loaded = new Map<number, ServedVersion>();
  const failures = new Map<number, LoadFailure>();
  const waiting = createWaiting(clock);
  let entry = first;
  let route: Route | undefined;
  let work: Promise<void> | undefined;
  let changed = false;
  let closed = false;
  let asleep = parts.onDemand ?? false;
  /** Until when requests were held for want of the store: the wait begins anew when it is back. */
  let heldAt = Number.NEGATIVE_INFINITY;
  /** Since when another live version is wanted than the one that answers, if any does. */
  let wantedSince: number | undefined;

  const settle = () => {
    const from = route?.live.version;
    route = nextRoute(entry, loaded, route);
    const to = route?.live.version;
    const now = clock.monotonicMs();
    if (to !== undefined && to !== from) parts.onSwapped(model, from, to, now - (wantedSince ?? now));
    if (entry.state.live === null || entry.state.live === to) wantedSince = undefined;
    waiting.wake();
  };

  const loadOne = (version: number) =>
    loadInto({ loaded, failures }, { entry, version, avoid: route?.live.session?.worker }, parts);

  const reconcile = async () => {
    try {
      while (changed && !closed) {
        changed = false;
        if (route) settle();
        for (const version of wantedVersions(entry)) {
          // What has come in meanwhile may want something else.
          if (changed || closed) break;
          if (!loaded.has(version)) await loadOne(version);
          // The first answers are given when all have been tried: else what those in shadow say to
          // them would depend on when this process began.
          if (route) settle();
        }
        if (changed) continue;
        settle();
        releaseUnused(entry, route, loaded, failures, parts.onBug);
      }
      planRetry();
    } finally {
      // In the same breath as the last look at `changed`, so that no update is missed.
      work = undefined;
    }
  };
  const planRetry = () => {
    retry.cancel();
    const counts = [...failures.values()].map((failure) => failure.failures);
    if (!closed && counts.length > 0) retry.plan(Math.min(...counts));
  };
  const start = (): Promise<void> => {
    if (asleep) return Promise.resolve();
    changed = true;
    work ??= Promise.resolve().then(reconcile);
    return work;
  };
  const retry = createRetryLater(clock, start, parts.onBug);

  return {
    isAsleep: () => asleep,
    bytes: () => bytesOf(loaded),
    fallAsleep() {
      if (work || closed) return;
      asleep = true;
      route = undefined;
      failures.clear();
      freeAllBut(new Set(), loaded, parts.onBug);
    },
    route: () => route,
    entry: () => entry,
    failures: () => failures,
    onStoreBack() {
      if (![...failures.values()].some(({ mayPass }) => mayPass)) return;
      heldAt = clock.monotonicMs();
      void start().catch(parts.onBug);
    },
    update(next) {
      entry = next;
      const { live } = entry.state;
      if (!asleep && live !== null && live !== route?.live.version && wantedSince === undefined) {
        wantedSince = clock.monotonicMs();
        if (route) parts.onSwapBegin(model, route.live.version);
      }
      return start();
    },
    async servable() {
      for (;;) {
        if (closed) return undefined;
        if (route) return route;
        if (entry.state.live === null) return notLive(entry);
        if (asleep) {
          asleep = false;
          wantedSince = clock.monotonicMs();
          void start().catch(parts.onBug);
        }
        const now = clock.monotonicMs();
        const isHeld = failures.get(entry.state.live)?.mayPass === true && !parts.servesAny();
        if (isHeld) heldAt = now;
        const leftMs = Math.max(wantedSince ?? now, heldAt) + parts.waitMs - now;
        if (leftMs <= 0 && !isHeld) return notLoaded(entry, failures);
        await waiting.forAtMost(leftMs > 0 ? leftMs : HELD_MS);
      }
    },
    close() {
      closed = true;
      retry.cancel();
      waiting.wake();
    },
  };
}

/** Loads a version, or notes why it cannot be. */
async function loadInto(
  known: {
    readonly loaded: Map<number, ServedVersion>;
    readonly failures: Map<number, LoadFailure>;
  },
  wanted: { readonly entry: ModelEntry; readonly version: number; readonly avoid: number | undefined },
  { load, onLoadFailed }: ServingParts,
): Promise<void> {
  const { loaded, failures } = known;
  const { entry, version, avoid } = wanted;
  try {
    loaded.set(version, await load(entry, version, avoid));
    failures.delete(version);
  } catch (error) {
    if (!(error instanceof DriftloopError)) throw error;
    const count = (failures.get(version)?.failures ?? 0) + 1;
    const failure = { ...refusalOf(error), failures: count, mayPass: isRetriable(error) };
    failures.set(version, failure);
    onLoadFailed(entry.spec.model, version, failure);
  }
}

/**
 * Whatever is neither wanted nor routed to is freed; its thread carries out the runs before that
 * first.
 */
function releaseUnused(
  entry: ModelEntry,
  route: Route | undefined,
  loaded: Map<number, ServedVersion>,
  failures: Map<number, LoadFailure>,
  onBug: (error: unknown) => void,
): void {
  const kept = new Set(wantedVersions(entry));
  if (route)
    for (const used of [route.live, route.canary, ...route.shadows]) if (used) kept.add(used.version);
  freeAllBut(kept, loaded, onBug);
  for (const version of failures.keys()) if (!kept.has(version)) failures.delete(version);
}

function freeAllBut(
  kept: ReadonlySet<number>,
  loaded: Map<number, ServedVersion>,
  onBug: (error: unknown) => void,
): void {
  for (const [version, { session }] of loaded) {
    if (kept.has(version)) continue;
    loaded.delete(version);
    session?.release().catch(onBug);
  }
}

function bytesOf(loaded: ReadonlyMap<number, ServedVersion>): number {
  return [...loaded.values()].reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
}

function notLive({ spec }: ModelEntry): Refusal {
  const reason = `Model '${spec.model}' has no live version. Publish one, then send the request again.`;
  return { code: 'MODEL_NOT_LIVE', reason };
}

function notLoaded({ spec, state }: ModelEntry, failures: ReadonlyMap<number, LoadFailure>): Refusal {
  const why = state.live === null ? undefined : failures.get(state.live)?.reason;
  return {
    code: 'MODEL_NOT_LIVE',
    reason: `Version ${state.live} of model '${spec.model}' is live but not loaded: ${why ?? 'it is still loading.'}`,
  };
}
